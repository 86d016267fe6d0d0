// SPDX-License-Identifier: Apache-2.0

import Seeder
import Testing

@Suite("Choke rotation")
struct RotationTests {
  private static let slots = 2

  private static var limits: SeederLimits {
    var limits = SeederLimits()
    limits.peerSlots = slots
    limits.peerTurn = .milliseconds(50)
    limits.peerRotation = .milliseconds(50)
    // Deadlines, and with them turns, are looked at four times as often as the shortest.
    limits.linger = .milliseconds(200)
    return limits
  }

  /// A peer that wants something.
  private func join(_ archive: PeerArchive, _ port: UInt16) async throws -> WirePeer {
    let peer = try await WirePeer.numbered(archive, port)
    _ = try await peer.next { $0.id == 14 }
    try peer.send(id: 2)
    return peer
  }

  @Test("with more peers than slots every one gets its turn, and gets a block in it")
  func everyone() async throws {
    try await withPeerSeeder(limits: Self.limits) { archive, port, seeder in
      var peers: [WirePeer] = []
      for _ in 0..<5 * Self.slots { peers.append(try await join(archive, port)) }
      for peer in peers {
        // Its turn may end before its request comes: then it has another one.
        var isServed = false
        while !isServed {
          _ = try await peer.next { $0.id == 1 }
          try peer.request(0, 0, 16)
          isServed = try await peer.next { $0.id == 7 || $0.id == 16 }.id == 7
        }
      }
      #expect(try await seeder.metric("peer_interested") == peers.count)
      #expect(try await seeder.metric("peer_slots") == Self.slots)
    }
  }

  @Test("no more peers than slots are let ask, and who is choked is refused")
  func bounded() async throws {
    var limits = Self.limits
    limits.peerTurn = .seconds(3600)
    try await withPeerSeeder(limits: limits) { archive, port, _ in
      var peers: [WirePeer] = []
      for _ in 0..<3 * Self.slots { peers.append(try await join(archive, port)) }
      for (index, peer) in peers.enumerated() {
        if index < Self.slots { _ = try await peer.next { $0.id == 1 } }
        try peer.request(0, 0, 16)
        let answer = try await peer.next { $0.id == 7 || $0.id == 16 || $0.id == 1 }
        #expect(answer.id == (index < Self.slots ? 7 : 16))
      }
      // Whoever wants nothing more makes room for who has waited longest.
      try peers[0].send(id: 3)
      _ = try await peers[Self.slots].next { $0.id == 1 }
    }
  }
}
