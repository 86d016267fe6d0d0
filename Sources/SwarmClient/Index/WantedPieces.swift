// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PackagesParser

/// Keeps what is wanted of a piece index.
enum WantedPieces {
  /// What `source` tells of `wanted` in `torrent`; nothing of those that have retired.
  ///
  /// - Throws: `ArchiveError` when the index is malformed or not what Release lists.
  static func pieces(
    of wanted: Set<ContentID>, in torrent: TorrentID, _ source: any ByteSource
  ) throws(ArchiveError) -> [ContentID: PublishedPieces] {
    var found: [ContentID: PublishedPieces] = [:]
    var isInTorrent = false
    let index = PieceIndexReader(source)
    while let element = try index.next() {
      switch element {
      case .header: break
      case .run(let id): isInTorrent = id == torrent
      case .content(let content) where isInTorrent && wanted.contains(content):
        found[content] = index.pieces(of: content)
      case .retired(let ranges) where isInTorrent:
        // Few contents are looked for, so each is compared.
        found = found.filter { entry in
          guard let numbers = entry.value.numbers else { return true }
          return ranges.allSatisfy { numbers.last < $0.first || $0.last < numbers.first }
        }
      case .content, .retired: break
      }
    }
    return found
  }
}

extension PublishedPieces {
  /// How the content is cut and checked; nil where it has several pieces and their hashes are not
  /// there.
  var table: PieceTable? {
    guard let size else { return PieceTable(single: content, root: root) }
    return hashes.flatMap { PieceTable(of: content, pieceSize: size, hashes: $0, root: root) }
  }
}
