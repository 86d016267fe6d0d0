// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PeerWire
import Testing

/// Sets of piece numbers, compared with the standard library's.
struct NumberSetTests {
  private func ranges(_ numbers: some Sequence<UInt32>) -> [PieceRange] {
    var ranges: [PieceRange] = []
    for number in numbers.sorted() {
      if let last = ranges.last, last.last + 1 == number {
        ranges[ranges.count - 1] = PieceRange(last.first, number)
      } else {
        ranges.append(PieceRange(number, number))
      }
    }
    return ranges
  }

  @Test(arguments: [100, 2_000, 200_000] as [UInt32])
  func `Numbers put in and taken out at random are those of a plain set`(bound: UInt32) {
    var random = SmallRandom(seed: UInt64(bound))
    var plain: Set<UInt32> = []
    var set = NumberSet()
    for _ in 0..<20_000 {
      let number = UInt32.random(in: 0..<bound, using: &random)
      if Bool.random(using: &random) || plain.count < 50 {
        let isNew = set.insert(number)
        #expect(isNew == plain.insert(number).inserted)
      } else {
        let wasThere = set.remove(number)
        #expect(wasThere == (plain.remove(number) != nil))
      }
    }
    #expect(set.count == plain.count)
    #expect(set.ranges == ranges(plain))
    #expect(plain.allSatisfy { set.contains($0) })
    #expect(!set.contains(bound))
  }

  @Test(
    arguments: [
      [(0, 0)], [(0, 65_535)], [(65_535, 65_536)], [(5, 200_000)], [(0, 10), (8, 70), (64, 64)],
      [(.max, .max)], [(4_294_900_000, .max)], [(131_072, 196_607), (131_000, 131_071)],
    ] as [[(UInt32, UInt32)]])
  func `Ranges put in are there, and no others`(inserted: [(UInt32, UInt32)]) {
    let set = NumberSet(inserted.map { PieceRange($0.0, $0.1) })
    let expected = ranges(Set(inserted.flatMap { Array($0.0...$0.1) }))
    #expect(set.ranges == expected)
    #expect(set.count == expected.reduce(0) { $0 + Int($1.last - $1.first) + 1 })
  }

  @Test func `A set of all numbers of a part can lose one again`() {
    var set = NumberSet([PieceRange(0, 131_071)])
    set.remove(70_000)
    #expect(!set.contains(70_000))
    #expect(set.count == 131_071)
    set.insert(70_000)
    #expect(set == NumberSet([PieceRange(0, 131_071)]))
  }

  @Test(arguments: [0, 1, 63, 64, 65_530, 4_294_967_290] as [UInt32])
  func `The bits of a bitfield are the numbers from its base on`(base: UInt32) {
    var random = SmallRandom(seed: 5)
    let bytes = (0..<9_001).map { _ in UInt8.random(in: 0...255, using: &random) }
    var set = NumberSet()
    bytes.withUnsafeBytes { set.insert(bitfield: $0, from: base) }
    var expected: [UInt32] = []
    for bit in 0..<bytes.count * 8 where bytes[bit / 8] & UInt8(0x80 >> (bit % 8)) != 0 {
      if let number = UInt32(exactly: UInt64(base) + UInt64(bit)) { expected.append(number) }
    }
    #expect(set.ranges == ranges(expected))
    #expect(set.count == expected.count)
  }

  @Test func `A bitfield is written as it was read`() {
    let bytes: [UInt8] = [0b1010_0000, 0xFF, 0, 0b0000_0110]
    var set = NumberSet()
    bytes.withUnsafeBytes { set.insert(bitfield: $0, from: 1_000) }
    #expect(set.bitfield(from: 1_000, count: 32) == bytes)
    #expect(set.bitfield(from: 1_008, count: 8) == [0xFF])
    #expect(set.bitfield(from: 992, count: 16) == [0, 0b1010_0000])
  }
}

/// Numbers that are the same in each run.
struct SmallRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
  }
}
