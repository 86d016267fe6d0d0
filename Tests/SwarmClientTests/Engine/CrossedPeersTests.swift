// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import SwarmClient

/// Two connections to one peer, of which the peer ends one.
@Suite(.timeLimit(.minutes(1)))
struct CrossedPeersTests {
  private static let name = Array("of-one-name-".utf8)
  private static let all = RecordingPeer.Heard.haveRanges([PieceRange(10, 11)])

  private func settle(_ seed: TestPeer, connections: Int) async throws {
    while try await seed.connections != connections { try await Task.sleep(for: .milliseconds(5)) }
  }

  private func seed() async throws -> TestPeer {
    let seed = try await TestPeer(Sample([65_536 + 20_000]), isSeed: true)
    try await seed.start()
    return seed
  }

  @Test func `Two that crossed are one peer, though it ends the older before it names itself`()
    async throws
  {
    let seed = try await seed()
    let older = try await RecordingPeer.connect(seed.port)
    let newer = try await RecordingPeer.connect(seed.port)
    try await settle(seed, connections: 2)
    try await older.greet(name: Self.name)
    try await older.wait(for: Self.all)
    try await older.close()
    try await settle(seed, connections: 1)
    try await newer.greet(name: Self.name)
    try await newer.wait(for: Self.all)
    #expect(try await seed.totals.connected == 1)
    try await seed.stop()
  }

  @Test func `One that comes again is counted again, and another peer is`() async throws {
    let seed = try await seed()
    for (count, name) in [Self.name, Self.name, Array("another-name".utf8)].enumerated() {
      let peer = try await RecordingPeer.connect(seed.port)
      try await peer.greet(name: name)
      try await peer.wait(for: Self.all)
      #expect(try await seed.totals.connected == count + 1)
      try await peer.close()
      try await settle(seed, connections: 0)
    }
    try await seed.stop()
  }
}
