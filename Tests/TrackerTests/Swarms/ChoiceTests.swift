// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Tracker

struct ChoiceTests {
  private let now = Moment(seconds: 1000)

  /// A swarm of `seeds`, `partialSeeds` and `downloaders`, numbered in this order.
  private func table(
    seeds: Int = 0, partialSeeds: Int = 0, downloaders: Int = 0, networks: [Network] = [],
    endpoint: (Int) -> Endpoint = stranger
  ) -> SwarmTable {
    var table = SwarmTable(seed: 4, localities: Localities(networks))
    var random = SwarmRandom(seed: 2)
    var chosen = ChosenPeers()
    for number in 0..<seeds + partialSeeds + downloaders {
      let announce = Announce(
        swarm: swarm(1), peer: endpoint(number),
        event: number < seeds + partialSeeds ? .paused : .none, isComplete: number < seeds,
        wanted: 0)
      _ = table.announce(announce, at: now, canGrow: true, into: &chosen, &random)
    }
    return table
  }

  private func ask(
    _ table: inout SwarmTable, _ peer: Endpoint, wanted: Int, isComplete: Bool = false,
    event: AnnounceEvent = .none, both: Bool = false, seed: UInt64 = 11
  ) -> [Endpoint] {
    var chosen = ChosenPeers()
    var random = SwarmRandom(seed: seed)
    let announce = Announce(
      swarm: swarm(1), peer: peer, event: event, isComplete: isComplete, wanted: wanted,
      takesBothFamilies: both)
    _ = table.announce(announce, at: now, canGrow: true, into: &chosen, &random)
    return chosen.endpoints
  }

  @Test(arguments: [1, 5, 49, 51, 300])
  func `As many as wanted are named, none twice, and never the asker`(downloaders: Int) {
    var table = table(seeds: 20, downloaders: downloaders)
    let asker = stranger(20)
    for seed in 0..<50 as Range<UInt64> {
      let peers = ask(&table, asker, wanted: 50, seed: seed)
      #expect(Set(peers).count == peers.count)
      #expect(!peers.contains(asker))
      // The stratum of the asker may be his alone.
      #expect(peers.count >= min(50, 20 + downloaders - 1) - 1)
      #expect(peers.count <= 50)
    }
  }

  @Test func `A small swarm is named whole`() {
    var table = table(seeds: 3, partialSeeds: 2, downloaders: 4)
    #expect(Set(ask(&table, stranger(100), wanted: 50)) == Set((0..<9).map(stranger)))
  }

  @Test(arguments: [true, false])
  func `Seeds and partial seeds are told of downloaders alone`(isComplete: Bool) {
    var table = table(seeds: 100, partialSeeds: 100, downloaders: 10)
    let peers = ask(
      &table, stranger(500), wanted: 50, isComplete: isComplete, event: .paused)
    #expect(Set(peers) == Set((200..<210).map(stranger)))
  }

  @Test func `A downloader is told of some seeds, however few there are`() {
    var table = table(seeds: 2, downloaders: 5000)
    for seed in 0..<20 as Range<UInt64> {
      let peers = ask(&table, stranger(9000), wanted: 50, seed: seed)
      #expect(Set(peers).isSuperset(of: [stranger(0), stranger(1)]))
    }
  }

  @Test func `Without locality every downloader is as likely as every other`() {
    var table = table(downloaders: 400)
    var named: [Endpoint: Int] = [:]
    let rounds = 2000
    for seed in 0..<UInt64(rounds) {
      for peer in ask(&table, stranger(9000), wanted: 40, isComplete: true, seed: seed) {
        named[peer, default: 0] += 1
      }
    }
    let expected = Double(rounds) * 40 / 400
    #expect(named.count == 400)
    // Six standard deviations of a binomial distribution.
    #expect(named.values.allSatisfy { abs(Double($0) - expected) < 6 * expected.squareRoot() })
  }

  @Test(arguments: [200, 3000])
  func `Up to half of an answer is near, the rest is not`(far: Int) {
    // The last ten share a /24.
    var table = table(downloaders: far + 10) { number in
      number < far
        ? stranger(number) : Endpoint(IPAddress(v4: 0xC633_6400 + UInt32(number - far)), port: 1)
    }
    let peers = ask(&table, peer("198.51.100.200:1"), wanted: 20)
    let near = peers.filter { $0.address.v4 >> 8 == 0xC63364 }
    #expect(near.count >= 5)
    #expect(near.count <= 12)
    #expect(peers.count == 20)
  }

  @Test func `A configured network is near as a whole`() throws {
    var table = table(downloaders: 210, networks: [try Network("198.51.0.0/16")]) { number in
      number < 200
        ? stranger(number)
        : Endpoint(IPAddress(v4: 0xC633_0000 + UInt32(number - 200) << 8), port: 1)
    }
    let peers = ask(&table, peer("198.51.200.1:1"), wanted: 20)
    #expect(peers.count { $0.address.v4 >> 16 == 0xC633 } >= 10)
  }

  @Test func `Private addresses are named within their own scope alone`() {
    var table = table(downloaders: 3) { number in
      [peer("127.0.0.1:1"), peer("192.168.1.5:1"), peer("8.8.8.8:1")][number]
    }
    #expect(ask(&table, peer("8.8.4.4:1"), wanted: 50) == [peer("8.8.8.8:1")])
    #expect(
      Set(ask(&table, peer("10.0.0.1:1"), wanted: 50).map(\.description))
        == ["192.168.1.5:1", "8.8.8.8:1", "8.8.4.4:1"])
    #expect(ask(&table, peer("127.0.0.1:2"), wanted: 50).count == 5)
  }

  @Test func `Both families have their share, and fill up for each other`() {
    func six(_ number: Int) -> Endpoint {
      Endpoint(IPAddress(high: 0x2001_0DB8 << 32 | UInt64(number) << 16, low: 1), port: 1)
    }
    var mixed = table(downloaders: 400) { $0 < 200 ? stranger($0) : six($0) }
    let peers = ask(&mixed, stranger(9000), wanted: 50, both: true)
    #expect(peers.count == 50)
    #expect((24...25).contains(peers.count { !$0.address.isV4 }))
    #expect(ask(&mixed, stranger(9000), wanted: 50).count { !$0.address.isV4 } == 0)
    var mostlySix = table(downloaders: 100) { $0 < 5 ? stranger($0) : six($0) }
    #expect(ask(&mostlySix, stranger(9000), wanted: 50, both: true).count >= 49)
  }

  @Test func `Who stops is forgotten, and told of nobody`() {
    var table = table(downloaders: 5)
    #expect(ask(&table, stranger(2), wanted: 50, event: .stopped).isEmpty)
    #expect(table.counts(of: swarm(1))?.peers == 4)
  }

  @Test func `Past the memory limit a peer is answered and not stored`() {
    var table = table(downloaders: 5)
    var chosen = ChosenPeers()
    var random = SwarmRandom(seed: 1)
    let announce = Announce(swarm: swarm(1), peer: stranger(77), wanted: 50)
    let counts = table.announce(announce, at: now, canGrow: false, into: &chosen, &random)
    #expect(chosen.count == 5)
    #expect(counts.peers == 5)
  }

  @Test func `Swarms of torrents that are no longer known go, empty ones too`() {
    var table = table(downloaders: 5)
    #expect(table.expire(at: now, lifetime: 169, limit: 10) { _ in false } == 5)
    #expect(table.count == 0)
    #expect(table.bytes == 0)
    #expect(table.counts(of: swarm(1)) == nil)
  }
}
