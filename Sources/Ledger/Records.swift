// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel

/// A row's key in the ledger.
package typealias RowID = Int64

/// A suite, found by Origin and Codename (or else Suite).
package struct SuiteRecord: Hashable, Sendable {
  package let row: RowID
  /// Date of the newest Release processed; nil before the first.
  package var releaseDate: ArchiveDate?
  /// Whose numbers the suite has; nil where this ledger numbers it, or nobody yet.
  package var follows: PublisherID?
  /// Date of that publisher's newest Release.
  package var followedDate: ArchiveDate?
}

/// One generation of a numbered torrent.
package struct TorrentRecord: Hashable, Sendable {
  package let row: RowID
  package let id: TorrentID
  package let architecture: String
  package let generation: Int
  package let header: [UInt8]
  package let base: PieceSize
  package let created: ArchiveDate
  package var numbering: Numbering
  /// Date of the Release that began the next generation; nil for the current one.
  package var superseded: ArchiveDate?
}

/// A content's numbers in one torrent.
package struct NumberedContent: Hashable, Sendable {
  package let row: RowID
  package let content: ContentID
  package let root: SHA256Digest
  package let numbers: PieceNumberRange
  package let isRetired: Bool
}

/// What the ledger knows of a file of the pool.
package struct FileRecord: Hashable, Sendable {
  /// The content it held when it was last read.
  package let content: RowID
  package let staleness: StalenessKey

  package init(content: RowID, staleness: StalenessKey) {
    self.content = content
    self.staleness = staleness
  }
}

/// What one read of a file gives, as the ledger stores it.
package struct ContentDigests: Hashable, Sendable {
  /// The BEP 52 pieces root; it does not depend on the piece size.
  package let root: SHA256Digest
  package let pieceSize: PieceSize
  /// 32 bytes a piece.
  package let sha256Pieces: [UInt8]
  /// 20 bytes a piece.
  package let sha1Pieces: [UInt8]
  /// The BEP 52 piece layer, 32 bytes a piece; empty for a single piece.
  package let layer: [UInt8]

  package init(
    root: SHA256Digest, pieceSize: PieceSize, sha256Pieces: [UInt8], sha1Pieces: [UInt8],
    layer: [UInt8]
  ) {
    self.root = root
    self.pieceSize = pieceSize
    self.sha256Pieces = sha256Pieces
    self.sha1Pieces = sha1Pieces
    self.layer = layer
  }
}

/// One index whose contents a piece index numbers.
package struct DescribedIndex: Hashable, Sendable {
  /// Relative to the suite, uncompressed.
  package let path: String
  /// Of the uncompressed index.
  package let content: ContentID

  package init(path: String, content: ContentID) {
    self.path = path
    self.content = content
  }
}
