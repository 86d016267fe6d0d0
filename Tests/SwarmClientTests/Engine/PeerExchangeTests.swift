// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PeerWire
import Testing

@testable import SwarmClient

@Suite("Peers that a peer tells of (BEP 11)") struct PeerExchangeTests {
  private static let near = ["192.0.2.1:1", "10.0.0.1:1", "127.0.0.1:22", "[fd00::1]:1"]

  @Test(
    "are no further into a network than it is itself",
    arguments: [
      ("198.51.100.7", ["192.0.2.1:1"]),
      ("2001:db8::7", ["192.0.2.1:1"]),
      ("192.168.0.7", ["192.0.2.1:1", "10.0.0.1:1", "[fd00::1]:1"]),
      ("127.0.0.1", near),
    ])
  func scopes(teller: String, believed: [String]) throws {
    let peers = PeerExchange(added: try Self.near.map { try Endpoint($0) })
    #expect(peers.added(asTold: IPAddress(teller)).map(\.description) == believed)
    #expect(peers.added(asTold: nil).map(\.description) == ["192.0.2.1:1"])
  }
}
