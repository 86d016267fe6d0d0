// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import PeerWire
import Synchronization
import Testing

@testable import SwarmClient

/// Engines whose shared files are gone, or are not what they were.
@Suite(.timeLimit(.minutes(1)))
struct LostFileTests {
  private static let size = 65_536 + 20_000
  /// Numbers 10 and 11; 13 and 14.
  private let sample: Sample

  init() throws { sample = try Sample([Self.size, Self.size]) }

  private func running(isSeed: Bool) async throws -> TestPeer {
    let peer = try await TestPeer(sample, isSeed: isSeed)
    try await peer.start()
    return peer
  }

  @Test func `A shared file that is gone is taken back when somebody asks for it`() async throws {
    let seed = try await running(isSeed: true)
    let warnings = Mutex<[String]>([])
    try await seed.onEngine { $0.warn = { text in warnings.withLock { $0.append(text) } } }
    let peers = [
      try await RecordingPeer.meet(seed.port), try await RecordingPeer.meet(seed.port),
    ]
    try await peers[0].say(.interested)
    try await peers[0].wait(for: .unchoked)
    try await seed.onStores { $0[0].isGone = true }
    try await peers[0].request(10)
    for peer in peers { try await peer.wait(for: .dontHave(11)) }
    try await peers[0].wait(for: .reject(10))
    try await peers[0].request(13)
    try await peers[0].wait(for: .block(13))
    #expect(warnings.withLock { $0.count } == 1)
    try await seed.stop()
  }

  @Test func `A damaged block is not sent, and its file is taken back`() async throws {
    let leech = try await running(isSeed: false)
    let seed = try await running(isSeed: true)
    try await leech.meet([seed.port])
    while try await leech.contents != sample.contents {
      try await Task.sleep(for: .milliseconds(10))
    }
    // Its leaves are known from when it came.
    try await leech.onStores { $0[0].damage() }
    let peer = try await RecordingPeer.meet(leech.port)
    try await peer.say(.interested)
    try await peer.wait(for: .unchoked)
    try await peer.request(10)
    try await peer.wait(for: .reject(10))
    try await peer.wait(for: .dontHave(11))
    #expect(!peer.heard.contains(.block(10)))
    try await leech.stop()
    try await seed.stop()
  }

  @Test func `Damage is found when somebody asks for leaves`() async throws {
    let seed = try await running(isSeed: true)
    try await seed.onStores { $0[0].damage() }
    let peer = try await RecordingPeer.meet(seed.port)
    let root = try #require(sample.files[0].pieces.root)
    let range = try #require(
      HashProof.leaves(
        root: root, size: sample.files[0].content.size, pieceSize: Sample.pieceSize, piece: 1))
    try await peer.say(.hashRequest(range))
    try await peer.wait(for: .hashReject)
    try await peer.wait(for: .dontHave(10))
    try await seed.stop()
  }
}
