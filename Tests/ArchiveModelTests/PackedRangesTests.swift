// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

/// Lists of piece numbers in few bytes, as docs/protocol.md has them.
struct PackedRangesTests {
  private func read(_ bytes: [UInt8]) -> [PieceRange]? {
    var ranges: [PieceRange] = []
    return PackedRanges.read(bytes, into: &ranges, limit: 4) ? ranges : nil
  }

  static let lists: [([UInt8], [PieceRange])] = [
    ([], []), ([0, 0], [PieceRange(0, 0)]),
    ([0, 4, 12, 0], [PieceRange(0, 4), PieceRange(17, 17)]),
    ([0xAC, 0x02, 0x80, 0x01], [PieceRange(300, 428)]),
    ([0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0], [PieceRange(.max, .max)]),
  ]

  @Test(arguments: lists)
  func `Ranges are gaps and lengths in LEB128`(bytes: [UInt8], ranges: [PieceRange]) {
    #expect(read(bytes) == ranges)
  }

  @Test(arguments: lists)
  func `Ranges are written in the one form in which they are read`(
    bytes: [UInt8], ranges: [PieceRange]
  ) {
    var output: [UInt8] = []
    PackedRanges.append(ranges, to: &output)
    #expect(output == bytes)
  }

  @Test(
    arguments: [
      [0], [0x80], [0, 0x80], [0x80, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 1],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0], [0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    ] as [[UInt8]])
  func `What is cut short, too large, too many or not the shortest form is refused`(bytes: [UInt8])
  {
    #expect(read(bytes) == nil)
  }
}
