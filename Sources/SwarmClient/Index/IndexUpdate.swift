// SPDX-License-Identifier: Apache-2.0

package import PackagesParser
package import TorrentMetadata

/// What a newer index says of files that an older one listed.
package struct IndexUpdate: Hashable, Sendable {
  /// How a file stands to the newer index.
  package enum Standing: Hashable, Sendable {
    /// Its pieces have these numbers, the same as before or others.
    case numbered(PieceNumbering)
    /// It is in the index, cut otherwise than before.
    case listed
    case gone
  }

  /// One file.
  package struct File: Hashable, Sendable {
    /// Its place among those that are fetched.
    package let position: Int
    package let standing: Standing

    /// Joins the two.
    package init(_ position: Int, _ standing: Standing) {
      self.position = position
      self.standing = standing
    }
  }

  package var files: [File] = []
  /// The current generations of these files' architectures.
  package var torrents: [ReleasedTorrent] = []
  package var trackers: [AbsoluteURL] = []

  /// Nothing yet.
  package init() {}
}
