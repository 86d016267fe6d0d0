// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// Says which pieces of a file are bad, as people count them: ranges, with the bytes they span.
package struct BadPieces: Hashable, Sendable {
  /// Counted from 0, rising.
  package let pieces: [Int]
  package let pieceSize: PieceSize
  package let size: ByteCount

  package init(pieces: [Int], pieceSize: PieceSize, size: ByteCount) {
    self.pieces = pieces
    self.pieceSize = pieceSize
    self.size = size
  }

  /// Of more ranges than this only the number is told.
  private static let maximumRanges = 8

  private var ranges: [ClosedRange<Int>] {
    var ranges: [ClosedRange<Int>] = []
    for piece in pieces {
      if let last = ranges.last, last.upperBound + 1 == piece {
        ranges[ranges.count - 1] = last.lowerBound...piece
      } else {
        ranges.append(piece...piece)
      }
    }
    return ranges
  }
}

extension BadPieces: CustomStringConvertible {
  /// `2 of 3 pieces are bad: 1-2 (bytes 0 to 1048575)`.
  package var description: String {
    let count = pieceSize.pieceCount(of: size)
    let texts = ranges.prefix(Self.maximumRanges).map { range in
      let first = UInt64(range.lowerBound) * pieceSize.rawValue
      let end = min(UInt64(range.upperBound + 1) * pieceSize.rawValue, size.rawValue)
      let name =
        range.count == 1
        ? "\(range.lowerBound + 1)" : "\(range.lowerBound + 1)-\(range.upperBound + 1)"
      return "\(name) (bytes \(first) to \(end - 1))"
    }
    let more = ranges.count > Self.maximumRanges ? ", …" : ""
    return "\(pieces.count) of \(count) pieces are bad: \(texts.joined(separator: ", "))\(more)"
  }
}
