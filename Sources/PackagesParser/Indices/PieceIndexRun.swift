// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// What the run stanza of a piece index says (docs/formats.md section 8.3).
package struct PieceIndexRun: Hashable, Sendable {
  /// An index that the run read, uncompressed.
  package struct Described: Hashable, Sendable {
    /// Relative to the suite.
    package let path: String
    package let content: ContentID
  }

  package let torrent: TorrentID
  /// Date of the Release that the run went by.
  package let releaseDate: ArchiveDate
  /// Whether the described indices are the extended ones, not the archive's own.
  package let describesExtended: Bool
  package let described: [Described]
  /// How many stanzas of contents follow.
  package let contents: UInt32
  /// How many numbers retire here.
  package let retiredPieces: UInt32
  /// The lowest number of a living content in the torrent.
  package let floor: PieceNumber
  /// One more than the largest number given in the torrent.
  package let next: PieceNumber
}
