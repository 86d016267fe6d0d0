// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Follower

@Suite("The numbers of a torrent")
struct NumberTableTests {
  private static func range(_ first: UInt32, _ count: UInt32) throws -> PieceNumberRange {
    try #require(PieceNumberRange(first: PieceNumber(first), count: count))
  }

  private static func insert(
    _ table: inout NumberTable, _ first: UInt32, _ count: UInt32, _ content: Int
  ) throws -> Bool {
    table.insert(try range(first, count), content: content)
  }

  @Test("are told in any order, as components come one after the other")
  func order() throws {
    var table = NumberTable()
    for (first, count) in [(10, 3), (0, 2), (5, 1), (13, 1), (2, 3)] as [(UInt32, UInt32)] {
      let isNew = try Self.insert(&table, first, count, Int(first))
      #expect(isNew)
    }
    #expect(table.entries.map(\.numbers.first.rawValue) == [0, 2, 5, 10, 13])
  }

  @Test("may be told again of the same content")
  func again() throws {
    var table = NumberTable()
    _ = try Self.insert(&table, 0, 4, 1)
    _ = try Self.insert(&table, 4, 1, 2)
    let isSame = try Self.insert(&table, 0, 4, 1)
    #expect(isSame && table.entries.count == 2)
  }

  @Test(
    "are one content's alone", arguments: [(2, 1, 2), (0, 4, 2), (0, 3, 1), (3, 2, 2), (5, 4, 2)])
  func overlap(first: UInt32, count: UInt32, content: Int) throws {
    var table = NumberTable()
    _ = try Self.insert(&table, 0, 4, 1)
    _ = try Self.insert(&table, 8, 2, 3)
    let isTaken = try !Self.insert(&table, first, count, content)
    #expect(isTaken && table.entries.count == 2)
  }
}

@Suite("What a piece index tells")
struct ToldTableTests {
  private func told() throws -> ToldTable {
    var table = ToldTable()
    for (content, first, count) in [(1, 0, 1), (2, 1, 3), (3, 4, 2), (4, 9, 1)] {
      table.add(
        content,
        try #require(PieceNumberRange(first: PieceNumber(UInt32(first)), count: UInt32(count))))
    }
    return table
  }

  private func retire(_ table: inout ToldTable, _ first: UInt32, _ count: UInt32) throws
    -> PieceNumber?
  {
    table.retire(try #require(PieceNumberRange(first: PieceNumber(first), count: count)))
  }

  @Test("retires by ranges that may cover several contents")
  func retires() throws {
    var table = try told()
    let unknown = try retire(&table, 1, 5)
    #expect(unknown == nil && table.told == [1, 4])
  }

  @Test("retires no number that it has not told of, and no part of a content")
  func retiresNothingElse() throws {
    var table = try told()
    let behind = try retire(&table, 4, 3)
    #expect(behind == PieceNumber(6))
    let part = try retire(&table, 1, 2)
    #expect(part == PieceNumber(1) && table.told == [1, 2, 4])
  }

  @Test("replaces what it told of a content before")
  func replaces() throws {
    var table = try told()
    table.add(1, try #require(PieceNumberRange(first: PieceNumber(12), count: 1)))
    let old = try retire(&table, 0, 1)
    #expect(old == PieceNumber(0) && table.numbers[1]?.first == PieceNumber(12))
  }
}
