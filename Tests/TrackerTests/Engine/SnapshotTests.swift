// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Tracker

struct SnapshotTests {
  private let time: UInt64 = 1_800_000_000

  /// An engine with seeds, partial seeds and downloaders of both families.
  private func conversation() throws -> Conversation {
    let conversation = Conversation()
    for torrent in 1...3 {
      for number in 0..<60 {
        let query =
          switch number % 3 {
          case 0: "&left=0&event=completed"
          case 1: "&left=1&event=paused"
          default: "&left=1"
          }
        let hash = String(repeating: "%0\(torrent)", count: 20)
        let source =
          number < 40 ? stranger(number).address.description : "2001:db8:\(number)::1"
        _ = try conversation.get("/announce?info_hash=\(hash)&port=6881\(query)", from: source)
      }
    }
    return conversation
  }

  private func snapshot(_ conversation: Conversation) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try conversation.engine.writeSnapshot(at: conversation.now, time: time) { bytes += $0 }
    return bytes
  }

  private func swarms(_ engine: TrackerEngine) -> [SwarmID: SwarmCounts] {
    var swarms: [SwarmID: SwarmCounts] = [:]
    engine.forEachSwarm { swarms[$0] = $1 }
    return swarms
  }

  private func restored(
    _ bytes: [UInt8], later: UInt64 = 0, registry: TorrentRegistry = TorrentRegistry(isOpen: true)
  ) throws -> TrackerEngine {
    let engine = TrackerEngine.sample(registry: registry)
    // The new process has another clock.
    try engine.readSnapshot(
      bytes, file: "snapshot", at: Moment(seconds: 50), time: time + later)
    return engine
  }

  @Test func `Swarms are the same after a restart`() throws {
    let conversation = try conversation()
    let engine = try restored(try snapshot(conversation))
    #expect(swarms(engine) == swarms(conversation.engine))
    #expect(engine.totals.counts.completions == 60)
    let (memory, before) = (engine.totals.memory, conversation.engine.totals.memory)
    #expect(memory <= before * 11 / 10)
  }

  @Test func `Peers go on to age, also while the tracker is down`() throws {
    let bytes = try snapshot(try conversation())
    #expect(try restored(bytes, later: 2600).totals.counts.peers == 180)
    #expect(try restored(bytes, later: 2800).totals.counts.peers == 0)
    let engine = try restored(bytes, later: 1600)
    engine.expire(at: Moment(seconds: 50 + 1000), share: 1)
    #expect(engine.totals.counts.peers == 180)
    engine.expire(at: Moment(seconds: 50 + 1200), share: 1)
    #expect(engine.totals.counts.peers == 0)
  }

  @Test func `A completion that was counted is not counted again`() throws {
    let engine = try restored(try snapshot(try conversation()))
    let conversation = Conversation(engine)
    let hash = String(repeating: "%01", count: 20)
    _ = try conversation.get(
      "/announce?info_hash=\(hash)&port=6881&left=0&event=completed",
      from: stranger(0).address.description)
    #expect(engine.totals.counts.completions == 60)
  }

  @Test func `Torrents that are no longer known are left out`() throws {
    var builder = TorrentRegistry.Builder()
    builder.add([swarm(2)], .standard, "kept")
    let engine = try restored(
      try snapshot(try conversation()), registry: TorrentRegistry(builder))
    #expect(swarms(engine).keys.sorted() == [swarm(2)])
  }

  @Test func `What is cut short or changed is an error, and what came before it is kept`() throws {
    let bytes = try snapshot(try conversation())
    for length in stride(from: 0, to: bytes.count, by: 7) {
      #expect(throws: ArchiveError.self) { try restored(Array(bytes.prefix(length))) }
    }
    for offset in 16..<bytes.count - 4 where offset % 5 == 0 {
      var damaged = bytes
      damaged[offset] ^= 0x40
      #expect(throws: ArchiveError.self) { try restored(damaged) }
    }
    let engine = TrackerEngine.sample()
    try? engine.readSnapshot(
      Array(bytes.dropLast(30)), file: "snapshot", at: Moment(seconds: 50), time: time)
    #expect(engine.totals.counts.peers >= 60)
  }

  @Test func `The first bytes say what it is`() throws {
    let bytes = try snapshot(Conversation())
    let expected: [UInt8] = Array("ATSWARM1".utf8) + [0, 0, 0, 0, 0x6B, 0x49, 0xD2, 0, 0, 0, 0, 0]
    #expect(bytes == expected)
  }
}
