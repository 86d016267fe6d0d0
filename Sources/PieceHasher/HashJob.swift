// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// One file to read, and what is known of it.
package struct HashJob: Hashable, Sendable {
  /// The caller's own; nothing here depends on it but the order among files of the same size.
  package let id: Int
  /// Where the file is.
  package let path: ArchivePath
  /// What its size must be.
  package let size: ByteCount
  /// What its SHA-256 must be by the signed index; nil where nobody vouches for the file, and its
  /// digests are only to be known.
  package let sha256: SHA256Digest?
  /// The base piece size of its torrent.
  package let base: PieceSize

  /// Names a file, its expected content and its torrent's base piece size.
  package init(id: Int, path: ArchivePath, expected: ContentID, base: PieceSize) {
    self.id = id
    self.path = path
    size = expected.size
    sha256 = expected.sha256
    self.base = base
  }

  /// Names a file of which only the size is known.
  package init(id: Int, path: ArchivePath, size: ByteCount, base: PieceSize) {
    self.id = id
    self.path = path
    self.size = size
    sha256 = nil
    self.base = base
  }
}
