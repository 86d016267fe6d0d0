// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import HTTPMessages
import Testing

/// The content of `POST /pieces/<torrent id>`.
struct PieceListTests {
  private func parse(_ text: String, limit: Int = 100) throws(PieceListDefect) -> [UInt32] {
    try PieceList.parse(Array(text.utf8), limit: limit).map(\.rawValue)
  }

  @Test(arguments: [
    ("7", [7]), (" 7\n", [7]), ("3-5", [3, 4, 5]), ("9,1\t5-6\r\n2", [1, 2, 5, 6, 9]),
    ("5-8 6-7 8-9 5", [5, 6, 7, 8, 9]), ("4294967294-4294967295", [4_294_967_294, 4_294_967_295]),
    ("0", [0]), ("007", [7]),
  ])
  func reads(text: String, numbers: [UInt32]) throws { #expect(try parse(text) == numbers) }

  @Test(arguments: [
    ("x", 0), ("1 x", 2), ("1-", 0), ("-1", 0), ("5-4", 0), ("1--2", 0), ("1 2-3-4", 2),
    ("4294967296", 0), ("99999999999", 0), ("1;2", 0), ("1\u{0}", 0), ("+1", 0),
  ])
  func refusesTheMalformed(text: String, offset: Int) {
    #expect(throws: PieceListDefect.malformed(offset: offset)) { try parse(text) }
  }

  @Test func refusesNothingAndTooMuch() {
    #expect(throws: PieceListDefect.empty) { try parse(" ,\n") }
    #expect(throws: PieceListDefect.tooMany(limit: 3)) { try parse("1-4", limit: 3) }
    #expect(throws: PieceListDefect.tooMany(limit: 3)) { try parse("1-2 1-2", limit: 3) }
    #expect(throws: PieceListDefect.tooMany(limit: 100)) { try parse("0-4294967295") }
  }
}
