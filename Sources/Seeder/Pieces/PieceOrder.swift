// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// Pieces of one content that are sent one after the other.
package struct PieceGroup: Sendable {
  /// A piece, and where in its file it is.
  package struct Piece: Hashable, Sendable {
    package let number: PieceNumber
    package let bytes: Range<UInt64>
  }

  /// Nil for numbers that no content has.
  package let content: Catalog.Index?
  /// In the order of the file.
  package var pieces: [Piece]

  package var byteCount: UInt64 {
    pieces.reduce(0) { $0 + ($1.bytes.upperBound - $1.bytes.lowerBound) }
  }
}

/// In which order pieces cost least.
package enum PieceOrder {
  /// Up to this many bytes of one file are read at once and sent before anything longer, so that
  /// whoever asked for a mixture has most of its files early.
  package static let small: UInt64 = 128 << 10

  /// The pieces that have `numbers` (ascending): those of a file together and in its order, files
  /// of which little is asked first, and in the order of their paths, which is about that of the
  /// disk. What no content has comes before everything.
  package static func plan(
    _ numbers: [PieceNumber], of torrent: CatalogTorrent, in catalog: Catalog
  ) -> [PieceGroup] {
    var unknown = PieceGroup(content: nil, pieces: [])
    var groups: [PieceGroup] = []
    for number in numbers {
      guard let (content, index) = torrent.find(number),
        let bytes = torrent.bytes(
          ofPiece: index, size: catalog.contents[Int(content)].id.size)
      else {
        unknown.pieces.append(PieceGroup.Piece(number: number, bytes: 0..<0))
        continue
      }
      let piece = PieceGroup.Piece(number: number, bytes: bytes)
      // A content's numbers are consecutive, so its pieces come together and in order.
      if let last = groups.indices.last, groups[last].content == content {
        groups[last].pieces.append(piece)
      } else {
        groups.append(PieceGroup(content: content, pieces: [piece]))
      }
    }
    let ordered = groups.map { (key: key($0, catalog), group: $0) }
      .sorted { $0.key < $1.key }.map(\.group)
    return (unknown.pieces.isEmpty ? [] : [unknown]) + ordered
  }

  /// Large after small, then by the place of the first file, which is by path within a content's.
  private static func key(_ group: PieceGroup, _ catalog: Catalog) -> (Int, String) {
    let path = group.content.flatMap { catalog.files(of: $0).first?.path.string } ?? ""
    return (group.byteCount <= small ? 0 : 1, path)
  }
}
