// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import PackagesParser

/// What one run adds to a piece index: one gzip member of stanzas.
struct PieceIndexMember {
  /// A content that is new in this piece index.
  struct Entry {
    let filename: ArchivePath
    let content: ContentID
    let fields: FileFields
  }

  /// The torrent's header stanza, where a generation begins.
  var header: [UInt8]?
  var torrent: TorrentID
  var releaseDate: ArchiveDate
  /// Whether the described indices are the archive's own, or the extended ones in their place.
  var describesExtended: Bool
  var described: [DescribedIndex]
  var numbering: Numbering
  var entries: [Entry]
  var retired: [PieceNumberRange]

  /// The stanzas, each followed by an empty line.
  var text: [UInt8] {
    var output: [UInt8] = []
    if let header { output += header + [0x0A] }
    output += runStanza
    for entry in entries.sorted(by: { $0.fields.numbers.first < $1.fields.numbers.first }) {
      Self.append(entry, to: &output)
    }
    if !retired.isEmpty {
      let ranges = Self.merged(retired).map(\.description)
      output += "Retired: \(ranges.joined(separator: " "))\n\n".utf8
    }
    return output
  }

  private var runStanza: [UInt8] {
    var text = """
      Release-Date: \(releaseDate)
      Torrent: \(torrent)
      Describes: \(describesExtended ? "extended" : "upstream")
      Indices:

      """
    for index in described {
      text += " \(index.content.sha256) \(index.content.size) \(index.path)\n"
    }
    text += """
      Contents: \(entries.count)
      Retired-Pieces: \(retired.reduce(0) { $0 + UInt64($1.count) })
      Floor: \(numbering.floor)
      Next-Piece: \(numbering.next)


      """
    return Array(text.utf8)
  }

  private static func append(_ entry: Entry, to output: inout [UInt8]) {
    output += "Filename: \(entry.filename)\nSize: \(entry.content.size)\n".utf8
    output += "SHA256: \(entry.content.sha256)\n".utf8
    if let pieces = entry.fields.pieces {
      output += "\(PieceFields.size): \(pieces.pieceSize)\n".utf8
    }
    output += "\(PieceFields.numbers): \(entry.fields.numbers)\n".utf8
    if entry.fields.root != .zero {
      output += "\(PieceFields.root): \(entry.fields.root)\n".utf8
    }
    if let pieces = entry.fields.pieces, !pieces.sha256.isEmpty {
      output += "\(PieceFields.hashes):\n".utf8
      ExtendedStanza.appendPieces(
        pieces.sha256, 32, pieces.pieceSize, entry.content.size, name: nil, to: &output)
    }
    output.append(0x0A)
  }

  /// How many bytes the stanza of `entry` has, with the empty line behind it.
  static func stanzaSize(_ entry: Entry) -> UInt64 {
    var text: [UInt8] = []
    append(entry, to: &text)
    return UInt64(text.count)
  }

  /// Ranges in order, neighbours joined.
  static func merged(_ ranges: [PieceNumberRange]) -> [PieceNumberRange] {
    var merged: [PieceNumberRange] = []
    for range in ranges.sorted(by: { $0.first < $1.first }) {
      if let last = merged.last, last.last.rawValue &+ 1 == range.first.rawValue,
        let joined = PieceNumberRange(first: last.first, count: last.count + range.count)
      {
        merged[merged.count - 1] = joined
      } else {
        merged.append(range)
      }
    }
    return merged
  }
}
