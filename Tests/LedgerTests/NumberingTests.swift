// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import Testing

@Suite("The number line of a generation")
struct NumberingTests {
  @Test("gives consecutive numbers from 0 on")
  func allocates() throws {
    var numbering = Numbering()
    #expect(numbering.allocate(3) == (try numbers(0, 3)))
    #expect(numbering.allocate(1) == (try numbers(3)))
    #expect(numbering == Numbering(next: PieceNumber(4), live: 4))
  }

  @Test("has nothing to give for no pieces")
  func none() {
    var numbering = Numbering(next: PieceNumber(7))
    #expect(numbering.allocate(0) == nil)
    #expect(numbering == Numbering(next: PieceNumber(7)))
  }

  @Test("ends before the last of 32 bits, so that the next number is always one")
  func end() throws {
    var numbering = Numbering(next: PieceNumber(.max - 3))
    #expect(numbering.allocate(4) == nil)
    #expect(numbering == Numbering(next: PieceNumber(.max - 3)))
    #expect(numbering.allocate(3) == (try numbers(.max - 3, 3)))
    #expect(numbering.next == PieceNumber(.max))
    #expect(numbering.allocate(1) == nil)
    #expect(numbering.allocate(.max) == nil)
  }

  @Test("gives old numbers back from the floor on, not below it")
  func canRevive() throws {
    let numbering = Numbering(floor: PieceNumber(10), next: PieceNumber(20), live: 5)
    #expect(numbering.canRevive(try numbers(10, 2)))
    #expect(!numbering.canRevive(try numbers(9, 2)))
  }

  @Test("raises its floor to the lowest living number, or to next when none lives")
  func raisesFloor() {
    var numbering = Numbering(floor: PieceNumber(5), next: PieceNumber(20), live: 3)
    numbering.raiseFloor(toLowestLive: PieceNumber(8))
    #expect(numbering.floor == PieceNumber(8))
    numbering.raiseFloor(toLowestLive: PieceNumber(6))
    #expect(numbering.floor == PieceNumber(8))
    numbering.raiseFloor(toLowestLive: nil)
    #expect(numbering.floor == PieceNumber(20))
  }

  @Test("tells how much of its span lives")
  func livePercent() {
    #expect(Numbering().livePercent == 100)
    #expect(
      Numbering(floor: PieceNumber(10), next: PieceNumber(50), live: 10).livePercent == 25)
    #expect(Numbering(floor: PieceNumber(50), next: PieceNumber(50), live: 0).livePercent == 100)
  }

  @Test("keeps its promises over any run of changes", arguments: 0..<50)
  func promises(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    var line = RandomLine(nearEnd: seed.isMultiple(of: 5))
    for _ in 0..<400 {
      let before = line.numbering
      line.step(using: &generator)
      let after = line.numbering
      #expect(after.next >= before.next)
      #expect(after.floor >= before.floor)
      #expect(after.floor <= after.next)
      #expect(after.live == line.livingCount)
      #expect(line.living.allSatisfy { $0.first >= after.floor && $0.last < after.next })
      #expect((0...100).contains(after.livePercent))
    }
    #expect(line.overlaps == 0)
  }
}

/// A number line with a memory of all that it gave.
private struct RandomLine {
  private(set) var numbering: Numbering
  private(set) var living: [PieceNumberRange] = []
  private var retired: [PieceNumberRange] = []
  private var given: [PieceNumberRange] = []

  init(nearEnd: Bool) {
    let start = PieceNumber(nearEnd ? .max - 5000 : 0)
    numbering = Numbering(floor: start, next: start)
  }

  var livingCount: UInt64 { living.reduce(0) { $0 + UInt64($1.count) } }

  /// How many of the ranges ever given begin before the one before them ends.
  var overlaps: Int {
    let sorted = given.sorted { $0.first < $1.first }
    return zip(sorted, sorted.dropFirst()).count { $0.last >= $1.first }
  }

  mutating func step(using generator: inout SeededGenerator) {
    switch UInt8.random(in: 0..<4, using: &generator) {
    case 0:
      guard let range = numbering.allocate(.random(in: 0...300, using: &generator)) else { return }
      living.append(range)
      given.append(range)
    case 1:
      guard let index = living.indices.randomElement(using: &generator) else { return }
      let range = living.remove(at: index)
      numbering.retire(range)
      retired.append(range)
    case 2:
      guard let index = retired.indices.randomElement(using: &generator),
        numbering.canRevive(retired[index])
      else { return }
      let range = retired.remove(at: index)
      numbering.revive(range)
      living.append(range)
    default:
      numbering.raiseFloor(toLowestLive: living.map(\.first).min())
    }
  }
}
