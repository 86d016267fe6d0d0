// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Tracker

/// The packed list beside a dictionary that says the same.
struct PeerListTests {
  private let seed: UInt64 = 99

  private func check<Record: PeerRecord>(
    _ list: PeerList<Record>, _ expected: [Endpoint: PeerStanding]
  ) {
    #expect(list.count == expected.count)
    #expect(list.seedCount == expected.values.count { $0 == .seed })
    #expect(list.partialSeedCount == expected.values.count { $0 == .partialSeed })
    for (endpoint, standing) in expected {
      let position = list.find(Record(endpoint), seed: seed)
      #expect(position.map { list.standing(at: $0) } == standing)
    }
  }

  private func standing(_ random: inout SwarmRandom) -> PeerStanding {
    [.seed, .partialSeed, .downloader][random.below(3)]
  }

  private func churn<Record: PeerRecord>(
    _ type: Record.Type, peers: Int, steps: Int, endpoint: (Int) -> Endpoint
  ) {
    var random = SwarmRandom(seed: 5)
    var list = PeerList<Record>()
    var expected: [Endpoint: PeerStanding] = [:]
    for _ in 0..<steps {
      let endpoint = endpoint(random.below(peers))
      let standing = standing(&random)
      if let position = list.find(Record(endpoint), seed: seed) {
        if random.below(3) == 0 {
          list.remove(position, seed: seed)
          expected[endpoint] = nil
        } else {
          _ = list.refresh(position, standing: standing, at: 1, seed: seed)
          expected[endpoint] = standing
        }
      } else {
        let position = list.add(Record(endpoint), standing: standing, seed: seed)
        #expect(list.records[position].endpoint == endpoint)
        expected[endpoint] = standing
      }
    }
    check(list, expected)
  }

  @Test(arguments: [3, 15, 40, 3000])
  func `IPv4 peers come, change and go`(peers: Int) {
    churn(Peer4.self, peers: peers, steps: 20_000, endpoint: stranger)
  }

  @Test(arguments: [3, 40, 3000])
  func `IPv6 peers come, change and go`(peers: Int) {
    churn(Peer6.self, peers: peers, steps: 20_000) { number in
      Endpoint(
        IPAddress(high: 0x2001_0DB8 << 32, low: UInt64(number / 3)), port: UInt16(number % 3))
    }
  }

  @Test func `A swarm of more than 65,536 peers finds each of them`() {
    var list = PeerList<Peer4>()
    let count = 70_000
    for number in 0..<count {
      _ = list.add(
        Peer4(stranger(number)), standing: number % 3 == 0 ? .seed : .downloader, seed: seed)
    }
    var found = 0
    for number in 0..<count {
      guard let position = list.find(Peer4(stranger(number)), seed: seed) else { continue }
      found += list.records[position].endpoint == stranger(number) ? 1 : 0
    }
    #expect(found == count)
    #expect(list.seedCount == (count + 2) / 3)
  }

  @Test func `Those not heard for the lifetime go, and the others stay findable`() {
    var list = PeerList<Peer4>()
    var expected: [Endpoint: PeerStanding] = [:]
    var random = SwarmRandom(seed: 8)
    for number in 0..<2000 {
      let standing = standing(&random)
      var record = Peer4(stranger(number))
      record.stamp = number % 4 == 0 ? 200 : 250
      _ = list.add(record, standing: standing, seed: seed)
      if number % 4 != 0 { expected[stranger(number)] = standing }
    }
    // Stamps go round after 255.
    #expect(list.expire(now: 115, lifetime: 169, seed: seed) == 500)
    check(list, expected)
  }

  @Test func `A peer's completion is counted once`() {
    var list = PeerList<Peer4>()
    let position = list.add(Peer4(stranger(1)), standing: .seed, seed: seed)
    #expect(
      [list.countCompletion(at: position), list.countCompletion(at: position)] == [true, false])
  }

  @Test func `A million peers take at most 16 bytes each, or 32 with IPv6`() {
    var four: [PeerList<Peer4>] = []
    var six: [PeerList<Peer6>] = []
    for size in [2000, 20_000, 200_000] {
      var list4 = PeerList<Peer4>()
      var list6 = PeerList<Peer6>()
      for number in 0..<size {
        _ = list4.add(Peer4(stranger(number)), standing: .downloader, seed: seed)
        let address = IPAddress(high: 0x2001_0DB8 << 32 | UInt64(number), low: 1)
        _ = list6.add(Peer6(Endpoint(address, port: 1)), standing: .downloader, seed: seed)
      }
      four.append(list4)
      six.append(list6)
    }
    for list in four { #expect(list.bytes <= 16 * list.count, "\(list.count) peers") }
    for list in six { #expect(list.bytes <= 32 * list.count, "\(list.count) peers") }
  }
}
