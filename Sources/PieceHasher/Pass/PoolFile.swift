// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import CLinux
private import Glibc

/// A file of the pool while it is read, which leaves the page cache as it was: what was not in
/// there before is given back, for a mirror serves from that cache.
struct PoolFile: ~Copyable {
  private let descriptor: Descriptor
  private let wasCached: Bool
  private static let smallLength: UInt64 = 128 << 10
  /// As it was before the first byte was read.
  let before: StalenessKey

  /// Opens the file at `path`; nil when there is none.
  ///
  /// - Throws: `ArchiveError` when it cannot be opened or leads out of the archive.
  init?(_ path: ArchivePath, in root: ArchiveRoot) throws(ArchiveError) {
    var status = stat()
    guard let descriptor = try root.open(path, status: &status) else { return nil }
    before = StalenessKey(status)
    // Most files are small, and all of them together are small too: not worth two calls each.
    let isSmall = before.size.rawValue <= Self.smallLength
    wasCached = isSmall || archive_is_cached(descriptor.number) != 0
    // Advice: without it the read is right as well.
    if !isSmall { _ = posix_fadvise(descriptor.number, 0, 0, POSIX_FADV_SEQUENTIAL) }
    self.descriptor = descriptor
  }

  /// Fills `buffer` from `offset` on; false when the file ends before.
  ///
  /// - Throws: `ArchiveError` for any failure.
  func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(ArchiveError) -> Bool {
    try descriptor.readFully(into: buffer, at: offset) == buffer.count
  }

  /// What the file is, after its last byte was read.
  ///
  /// - Throws: `ArchiveError` for any failure.
  func judge(_ digests: FileDigests, of job: HashJob) throws(ArchiveError) -> HashOutcome {
    guard StalenessKey(try descriptor.status()) == before else { return .changedWhileRead }
    if let expected = job.sha256, digests.sha256 != expected {
      return .wrongHash(actual: digests.sha256)
    }
    return .verified(digests, before)
  }

  deinit {
    if !wasCached { _ = posix_fadvise(descriptor.number, 0, 0, POSIX_FADV_DONTNEED) }
  }
}
