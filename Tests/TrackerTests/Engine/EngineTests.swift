// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Tracker

struct EngineTests {
  private func hash(_ byte: UInt8) -> String {
    String(repeating: "%0\(byte)", count: 20)
  }

  private func registry(_ bytes: [UInt8]) -> TorrentRegistry {
    var builder = TorrentRegistry.Builder()
    for byte in bytes { builder.add([swarm(byte)], .standard, "file \(byte)") }
    return TorrentRegistry(builder)
  }

  private func announce(_ byte: UInt8, _ query: String = "") -> String {
    "/announce?info_hash=\(hash(byte))&port=6881\(query)"
  }

  @Test func `A new registry admits and refuses at once, and no swarm is lost`() throws {
    let conversation = Conversation(.sample(registry: registry([1, 2])))
    for byte in [1, 2] as [UInt8] {
      _ = try conversation.get(announce(byte, "&left=0"), from: "65.66.67.68")
    }
    conversation.engine.registry = registry([2, 3])
    #expect(try conversation.get(announce(1), from: "1.2.3.4").contains("failure"))
    #expect(try conversation.get(announce(2), from: "1.2.3.4").contains("5:peers6:ABCD"))
    #expect(try conversation.get(announce(3), from: "1.2.3.4").contains("5:peers0:"))
    #expect(try conversation.get("/scrape?info_hash=\(hash(1))", from: "1.2.3.4") == "d5:filesdee")
    conversation.engine.expire(at: conversation.now, share: 1)
    #expect(conversation.engine.totals.torrents == 2)
  }

  @Test func `An id is described in words`() throws {
    let description = try #require(registry([1]).description(of: swarm(1)))
    #expect(description.name == "file 1")
    #expect(registry([1]).description(of: swarm(2)) == nil)
  }

  @Test func `The mirror's own seeder is named to every downloader, once`() throws {
    var policy = TrackerPolicy()
    policy.ownSeeds = [peer("65.66.67.68:6881"), peer("[2001:db8::1]:6881")]
    let conversation = Conversation(.sample(policy: policy))
    #expect(try conversation.get(announce(1), from: "1.2.3.4").contains("5:peers6:ABCD"))
    #expect(try conversation.get(announce(1), from: "1.2.3.5").contains("6:peers618:"))
    _ = try conversation.get(announce(1, "&left=0"), from: "65.66.67.68")
    for _ in 0..<20 {
      let answer = try conversation.get(announce(1), from: "1.2.3.4")
      #expect(answer.ranges(of: "ABCD").count == 1)
    }
    #expect(try conversation.get(announce(1, "&left=0"), from: "1.2.3.9").contains("ABCD") == false)
    // As aria2 does with a magnet link, before it knows what there is.
    let begun = try conversation.get(announce(1, "&left=0&event=started"), from: "1.2.3.10")
    #expect(begun.contains("ABCD"))
    #expect(try conversation.get(announce(1), from: "65.66.67.68").contains("ABCD\u{1A}") == false)
  }

  @Test func `Past the memory limit peers are answered and not stored`() throws {
    var policy = TrackerPolicy()
    policy.memory = 20_000
    let conversation = Conversation(.sample(policy: policy))
    for number in 0..<5000 {
      let answer = try conversation.get(
        announce(1), from: stranger(number).address.description)
      #expect(answer.hasPrefix("d8:complete"))
    }
    #expect((500...4000).contains(conversation.engine.totals.counts.peers))
    #expect(conversation.engine.totals.memory < 30_000)
  }

  @Test func `Peers that are not heard are forgotten after 45 minutes`() throws {
    let conversation = Conversation()
    _ = try conversation.get(announce(1), from: "1.2.3.4")
    conversation.now = Moment(seconds: conversation.now.seconds + 2600)
    conversation.engine.expire(at: conversation.now, share: 1)
    #expect(conversation.engine.totals.counts.peers == 1)
    conversation.now = Moment(seconds: conversation.now.seconds + 200)
    conversation.engine.expire(at: conversation.now, share: 1)
    #expect(conversation.engine.totals.counts.peers == 0)
    #expect(conversation.engine.totals.torrents == 0)
  }

  @Test func `Holders of what is wanted come first, those of other torrents apart`() throws {
    var builder = TorrentRegistry.Builder()
    for (byte, offset) in [(1, 0), (2, 100)] as [(UInt8, UInt32)] {
      var torrent = NumberedTorrent(id: swarm(byte), name: "sid amd64")
      for content in 0..<10 as Range<UInt32> {
        let numbers = try #require(
          PieceNumberRange(first: PieceNumber(offset + content), count: 1))
        torrent.append(numbers, content: content)
      }
      builder.add(torrent)
    }
    let conversation = Conversation(.sample(registry: TorrentRegistry(builder)))
    _ = try conversation.get(announce(1, "&event=paused&have=5"), from: "65.66.67.68")
    _ = try conversation.get(announce(2, "&event=paused&have=105"), from: "69.70.71.72")
    for number in 0..<100 {
      _ = try conversation.get(announce(1), from: stranger(number).address.description)
    }
    let answer = try conversation.get(announce(1, "&want=5&numwant=5"), from: "1.2.3.4")
    #expect(answer.contains("5:peers30:ABCD\u{1A}?"))
    let other = String(repeating: "\u{2}", count: 20)
    #expect(answer.contains("7:holdersd20:\(other)6:EFGH\u{1A}?e8:holders6de10:incomplete"))
    let stopped = try conversation.get(announce(2, "&event=stopped"), from: "69.70.71.72")
    #expect(stopped.contains("5:peers0:"))
    #expect(try conversation.get(announce(1, "&want=5"), from: "1.2.3.4").contains("7:holdersde"))
  }
}
