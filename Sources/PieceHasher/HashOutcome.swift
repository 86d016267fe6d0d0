// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel

/// What came of one `HashJob`.
package enum HashOutcome: Hashable, Sendable {
  /// Size and, where one was given, SHA-256 are as expected, and the file was the same before and after the read: the
  /// key says until when that holds.
  case verified(FileDigests, StalenessKey)
  /// Nothing has that path.
  case missing
  /// The file has another size; it was not read.
  case wrongSize(actual: ByteCount)
  /// The size is as expected, the SHA-256 is not.
  case wrongHash(actual: SHA256Digest)
  /// The file was written to, cut or replaced while it was read: worth another try.
  case changedWhileRead
  /// The disk failed, access was denied, the path leads out of the archive or names no regular
  /// file.
  case failed(ArchiveError)
}
