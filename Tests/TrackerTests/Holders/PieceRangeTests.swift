// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Tracker

/// The list of piece numbers of a UDP option, as docs/protocol.md has it.
struct PieceRangeTests {
  private func read(_ bytes: [UInt8]) throws -> [PieceRange] {
    var ranges: [PieceRange] = []
    try readPackedRanges(bytes, into: &ranges, limit: 4)
    return ranges
  }

  @Test(
    arguments: [
      ([], []), ([0, 0], [PieceRange(0, 0)]),
      ([0, 4, 12, 0], [PieceRange(0, 4), PieceRange(17, 17)]),
      ([0xAC, 0x02, 0x80, 0x01], [PieceRange(300, 428)]),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0], [PieceRange(.max, .max)]),
    ] as [([UInt8], [PieceRange])])
  func `Ranges are gaps and lengths in LEB128`(bytes: [UInt8], ranges: [PieceRange]) throws {
    #expect(try read(bytes) == ranges)
  }

  @Test(
    arguments: [
      [0], [0x80], [0, 0x80], [0x80, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func `What is cut short, too large, too many or not the shortest form is refused`(bytes: [UInt8])
  {
    #expect(throws: Refusal.ranges) { try read(bytes) }
  }
}
