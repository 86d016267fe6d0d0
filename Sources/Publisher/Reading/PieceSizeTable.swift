// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import PackagesParser

/// What each base piece size would mean for a suite: the analysis that first chose 512 KiB, over
/// this archive's own files.
package struct PieceSizeTable: Codable, Sendable {
  /// One base size.
  package struct Row: Codable, Sendable {
    package var pieceSize: UInt64
    package var pieces: UInt64
    /// Shares of the files with 1, 2 to 8, and more pieces, in percent.
    package var onePiece: Double
    package var upToEightPieces: Double
    package var morePieces: Double
    /// A plain bitfield of all pieces, in bytes.
    package var bitfieldBytes: UInt64
    /// Extra bytes, in percent, of fetching every file by fixed pieces over the files laid end to
    /// end, as a plain torrent has them. Aligned pieces waste nothing.
    package var unalignedWaste: Double
    /// Growth of the uncompressed indices by all extended fields, in percent.
    package var growth: Double
  }

  package private(set) var rows: [Row] = []
  package private(set) var files = 0
  package private(set) var bytes: UInt64 = 0

  /// The base sizes of the table: 32 KiB to 4 MiB.
  package static let bases = (15...22).compactMap { PieceSize(rawValue: 1 << UInt64($0)) }

  /// Counts the contents of `reader`'s suite, each once.
  ///
  /// - Throws: `ArchiveError` when an index cannot be read.
  package init(_ reader: SuiteReader) throws {
    var seen: Set<ContentID> = []
    var sizes: [UInt64] = []
    var indexBytes: UInt64 = 0
    try reader.forEachFile { file in
      guard file.content.size != .zero, seen.insert(file.content).inserted else { return }
      sizes.append(file.content.size.rawValue)
    }
    for (path, content) in reader.release.files where IndexLocation(path: path[...]) != nil {
      indexBytes += content.size.rawValue
    }
    files = sizes.count
    bytes = sizes.reduce(0, +)
    rows = Self.bases.map { Self.row($0, sizes, total: bytes, indexBytes: indexBytes) }
  }

  private static func row(
    _ base: PieceSize, _ sizes: [UInt64], total: UInt64, indexBytes: UInt64
  ) -> Row {
    var pieces: UInt64 = 0
    var classes = (one: 0, few: 0, many: 0)
    var unaligned: UInt64 = 0
    var offset: UInt64 = 0
    var fieldBytes: UInt64 = 0
    for size in sizes {
      let pieceSize = PieceSize.forFile(of: ByteCount(size), base: base)
      let count = UInt64(pieceSize.pieceCount(of: ByteCount(size)))
      fieldBytes += Self.fieldBytes(first: pieces, count: count, pieceSize, size)
      pieces += count
      switch count {
      case 1: classes.one += 1
      case 2...8: classes.few += 1
      default: classes.many += 1
      }
      let touched = (offset + size - 1) / base.rawValue - offset / base.rawValue + 1
      unaligned += touched * base.rawValue
      offset += size
    }
    func percent(_ part: Int) -> Double {
      sizes.isEmpty ? 0 : Double(part) * 100 / Double(sizes.count)
    }
    return Row(
      pieceSize: base.rawValue, pieces: pieces, onePiece: percent(classes.one),
      upToEightPieces: percent(classes.few), morePieces: percent(classes.many),
      bitfieldBytes: (pieces + 7) / 8,
      unalignedWaste: total == 0 ? 0 : Double(unaligned) * 100 / Double(total) - 100,
      growth: indexBytes == 0 ? 0 : Double(fieldBytes) * 100 / Double(indexBytes))
  }

  /// Bytes of the fields of one file in a Packages stanza.
  private static func fieldBytes(
    first: UInt64, count: UInt64, _ pieceSize: PieceSize, _ size: UInt64
  ) -> UInt64 {
    let root = UInt64("\(PieceFields.root): \n".utf8.count) + 64
    let last = count > 1 ? "-\(first + count - 1)" : ""
    let numbers = UInt64("\(PieceFields.numbers): \(first)\(last)\n".utf8.count)
    guard count > 1 else { return root + numbers }
    let rest = size - (count - 1) * pieceSize.rawValue
    let head = "\(PieceFields.size): \(pieceSize)\n\(PieceFields.hashes):\n".utf8.count
    let lines = (count - 1) * UInt64(" \(pieceSize)\n".utf8.count + 65)
    return root + numbers + UInt64(head) + lines + UInt64(" \(rest)\n".utf8.count + 65)
  }
}
