// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// One file to read, and what the signed index says of it.
package struct HashJob: Hashable, Sendable {
  /// The caller's own; nothing here depends on it but the order among files of the same size.
  package let id: Int
  /// Where the file is.
  package let path: ArchivePath
  /// What its size and SHA-256 must be.
  package let expected: ContentID
  /// The base piece size of its torrent.
  package let base: PieceSize

  /// Names a file, its expected content and its torrent's base piece size.
  package init(id: Int, path: ArchivePath, expected: ContentID, base: PieceSize) {
    self.id = id
    self.path = path
    self.expected = expected
    self.base = base
  }
}
