// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import PeerWire
import Synchronization
import Testing

@testable import SwarmClient

/// Engines whose index is replaced by a newer one while peers are connected.
@Suite(.timeLimit(.minutes(1)))
struct IndexUpdateTests {
  private static let size = 65_536 + 20_000
  /// Numbers 10 and 11; 13 and 14.
  private let sample: Sample

  init() throws { sample = try Sample([Self.size, Self.size]) }

  private func update(
    _ files: [IndexUpdate.File], next: UInt32 = 2_100
  ) -> IndexUpdate {
    var update = IndexUpdate()
    update.files = files
    let old = Sample.torrent
    update.torrents = [
      ReleasedTorrent(
        id: old.id, architecture: old.architecture, generation: old.generation, floor: old.floor,
        next: PieceNumber(next), live: old.live, created: old.created)
    ]
    return update
  }

  private func numbered(_ first: UInt32) throws -> IndexUpdate.Standing {
    let numbers = try #require(PieceNumberRange(first: PieceNumber(first), count: 2))
    return .numbered(PieceNumbering(torrent: Sample.torrent, numbers: numbers))
  }

  private func running(isSeed: Bool) async throws -> TestPeer {
    let peer = try await TestPeer(sample, isSeed: isSeed)
    try await peer.start()
    return peer
  }

  @Test func `A file that left the index is taken back, and refused`() async throws {
    let seed = try await running(isSeed: true)
    let peer = try await RecordingPeer.meet(seed.port)
    try await peer.wait(for: .haveRanges([PieceRange(10, 11), PieceRange(13, 14)]))
    try await peer.say(.interested)
    try await peer.wait(for: .unchoked)
    let gone = update([.init(0, .gone), .init(1, try numbered(13))])
    try await seed.onEngine { $0.take(gone) }
    try await peer.wait(for: .dontHave(11))
    try await peer.request(10)
    try await peer.wait(for: .reject(10))
    try await peer.request(13)
    try await peer.wait(for: .block(13))
    let lost = peer.heard.filter { if case .dontHave = $0 { true } else { false } }
    #expect(lost == [.dontHave(10), .dontHave(11)])
    #expect(!peer.heard.contains(.end))
    let late = try await RecordingPeer.meet(seed.port)
    try await late.wait(for: .haveRanges([PieceRange(13, 14)]))
    try await seed.stop()
  }

  @Test func `A file that comes back is offered again`() async throws {
    let seed = try await running(isSeed: true)
    let peer = try await RecordingPeer.meet(seed.port)
    try await peer.wait(for: .haveRanges([PieceRange(10, 11), PieceRange(13, 14)]))
    let (gone, back) = (update([.init(0, .gone)]), update([.init(0, try numbered(2_000))]))
    try await seed.onEngine { $0.take(gone) }
    try await peer.wait(for: .dontHave(11))
    try await seed.onEngine { $0.take(back) }
    try await peer.wait(for: .haveRanges([PieceRange(10, 11), PieceRange(2_000, 2_001)]))
    try await seed.stop()
  }

  @Test func `When a generation begins, pieces are offered in both`() async throws {
    let seed = try await running(isSeed: true)
    let peer = try await RecordingPeer.meet(seed.port)
    let id = try #require(TorrentID(bytes: [UInt8](repeating: 7, count: TorrentID.byteCount)))
    let old = Sample.torrent
    let torrent = ReleasedTorrent(
      id: id, architecture: old.architecture, generation: 2, floor: PieceNumber(0),
      next: PieceNumber(4), live: 4, created: old.created)
    var update = IndexUpdate()
    update.torrents = [torrent]
    update.files = try ([0, 2] as [UInt32]).enumerated().map { position, first in
      let numbers = try #require(PieceNumberRange(first: PieceNumber(first), count: 2))
      return .init(position, .numbered(PieceNumbering(torrent: torrent, numbers: numbers)))
    }
    let both = update
    try await seed.onEngine { $0.take(both) }
    let new = try await RecordingPeer.meet(seed.port, next: 4, of: torrent)
    try await new.wait(for: .haveRanges([PieceRange(0, 3)]))
    try await new.say(.interested)
    try await peer.say(.interested)
    for peer in [new, peer] { try await peer.wait(for: .unchoked) }
    try await new.request(2)
    try await new.wait(for: .block(2))
    try await peer.request(13)
    try await peer.wait(for: .block(13))
    try await seed.stop()
  }

  @Test func `Those who are connected, and those who come, are told how far the index goes`()
    async throws
  {
    let seed = try await running(isSeed: true)
    let peer = try await RecordingPeer.meet(seed.port)
    try await peer.wait(for: .next(1_000))
    let newer = update([])
    try await seed.onEngine { $0.take(newer) }
    try await peer.wait(for: .next(2_100))
    let late = try await RecordingPeer.meet(seed.port)
    try await late.wait(for: .next(2_100))
    #expect(!late.heard.contains(.next(1_000)))
    try await seed.stop()
  }

  @Test func `What a peer had under an unknown number is asked of it once it is known`()
    async throws
  {
    let leech = try await running(isSeed: false)
    let peer = try await RecordingPeer.meet(leech.port, next: 2_100)
    try await peer.sayHave([PieceRange(2_000, 2_000)])
    try await peer.say(.unchoke)
    try await peer.wait(for: .haveNone)
    #expect(!peer.heard.contains(.interested))
    let known = update([.init(0, try numbered(2_000))])
    try await leech.onEngine { $0.take(known) }
    try await peer.wait(for: .interested)
    try await peer.wait(for: .hashRequest)
    let root = try #require(sample.files[0].pieces.root)
    let range = try #require(
      HashProof.leaves(
        root: root, size: sample.files[0].content.size, pieceSize: Sample.pieceSize, piece: 0))
    try await peer.say(.hashReject(range))
    try await peer.wait(for: .request(2_000))
    try await leech.stop()
  }

  @Test func `A superseded file is still fetched, and then not given on`() async throws {
    let seed = try await running(isSeed: true)
    let leech = try await running(isSeed: false)
    let gone = update([.init(0, .gone)])
    try await leech.onEngine { $0.take(gone) }
    let peer = try await RecordingPeer.meet(leech.port)
    try await leech.meet([seed.port])
    try await peer.wait(for: .dontHave(11))
    #expect(try await leech.contents[0] == sample.contents[0])
    try await leech.stop()
    try await seed.stop()
  }

  @Test(arguments: [false, true])
  func `A peer that names numbers beyond the index is a reason to look`(byHave: Bool)
    async throws
  {
    let looks = Mutex(0)
    let engine = try await TestPeer(sample, isSeed: true)
    try await engine.onEngine {
      $0.watchIndex(every: .seconds(900)) { looks.withLock { $0 += 1 } }
    }
    try await engine.start()
    let peer = try await RecordingPeer.meet(engine.port, next: byHave ? 1_000 : 1_001)
    if byHave { try await peer.say(.have(1_000)) }
    while looks.withLock({ $0 }) == 0 { try await Task.sleep(for: .milliseconds(10)) }
    try await engine.stop()
  }
}
