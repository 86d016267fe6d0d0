// SPDX-License-Identifier: Apache-2.0

import NIOCore
import Seeder
import Testing

@Suite("Turns of networks, addresses and connections")
struct FairnessTests {
  @Test("addresses of one /24 are one network, of one /64 too, and a mapped address is IPv4")
  func networks() {
    #expect(Self.four(192, 0, 2, 1).networkOnly == Self.four(192, 0, 2, 200).networkOnly)
    #expect(Self.four(192, 0, 2, 1) != Self.four(192, 0, 2, 200))
    #expect(Self.four(192, 0, 2, 1).networkOnly != Self.four(192, 0, 3, 1).networkOnly)
    let prefix: [UInt8] = [0x20, 1, 0xD, 0xB8, 0, 0, 0, 7]
    #expect(
      Self.six(prefix + Array(1...8)).networkOnly == Self.six(prefix + Array(11...18)).networkOnly)
    #expect(Self.six(prefix + Array(1...8)).networkOnly != Self.six(Array(1...16)).networkOnly)
    let mapped = [UInt8](repeating: 0, count: 10) + [0xFF, 0xFF, 192, 0, 2, 1]
    #expect(Self.six(mapped) == Self.four(192, 0, 2, 1))
  }

  @Test("a network with many connections gets no more turns than one with a single one")
  func turns() {
    var queue = FairQueue<String>()
    for number in 0..<100 { queue.append("many", Self.four(10, 0, 0, UInt8(number))) }
    queue.append("single", Self.four(10, 0, 1, 1))
    queue.append("other", Self.four(10, 0, 2, 1))
    let first = (0..<3).map { _ in queue.next() }
    #expect(first == ["many", "single", "other"])
    #expect(queue.count == 99)
  }

  @Test("within a network, addresses take turns, and their connections in the order they came")
  func addresses() {
    var queue = FairQueue<String>()
    for name in ["a1", "a2", "a3"] { queue.append(name, Self.four(10, 0, 0, 1)) }
    queue.append("b1", Self.four(10, 0, 0, 2))
    let all = (0..<5).map { _ in queue.next() }
    #expect(all == ["a1", "b1", "a2", "a3", nil])
    #expect(queue.isEmpty)
  }

  @Test("while there are slots for all, all have one")
  func enough() {
    let all = (0..<3).map { Self.waiting($0, Self.four(10, 0, 0, 1), 0) }
    #expect(Self.choose(all, slots: 3) == [0, 1, 2])
  }

  @Test("one network cannot take all slots")
  func share() {
    let many = (0..<50).map { Self.waiting($0, Self.four(10, 0, 0, UInt8($0)), 0) }
    let few = [
      Self.waiting(100, Self.four(10, 0, 1, 1), 9), Self.waiting(101, Self.four(10, 0, 2, 1), 9),
    ]
    let chosen = Self.choose(many + few, slots: 4)
    #expect(chosen.count == 4)
    #expect(chosen.isSuperset(of: [100, 101]))
  }

  @Test("whoever has had its turn makes room for whoever waits longest")
  func rotation() {
    let key = Self.four(10, 0, 0, 1)
    let candidates = [
      SlotChoice.Candidate(id: 0, key: key, since: Self.at(0), hasSlot: true),
      SlotChoice.Candidate(id: 1, key: key, since: Self.at(95), hasSlot: true),
      SlotChoice.Candidate(id: 2, key: key, since: Self.at(50), hasSlot: false),
      SlotChoice.Candidate(id: 3, key: key, since: Self.at(20), hasSlot: false),
    ]
    #expect(Self.choose(candidates, slots: 2) == [1, 3])
  }

  private static func choose(_ all: [SlotChoice.Candidate<Int>], slots: Int) -> Set<Int> {
    SlotChoice.choose(all, slots: slots, turn: .seconds(30), now: at(100))
  }

  private static func waiting(_ id: Int, _ key: NetworkKey, _ since: Int64)
    -> SlotChoice.Candidate<Int>
  {
    SlotChoice.Candidate(id: id, key: key, since: at(since), hasSlot: false)
  }

  private static func at(_ seconds: Int64) -> NIODeadline {
    .uptimeNanoseconds(0) + .seconds(seconds)
  }

  private static func four(_ bytes: UInt8...) -> NetworkKey {
    bytes.withUnsafeBytes { NetworkKey(ipv4: $0) }
  }

  private static func six(_ bytes: [UInt8]) -> NetworkKey {
    bytes.withUnsafeBytes { NetworkKey(ipv6: $0) }
  }
}
