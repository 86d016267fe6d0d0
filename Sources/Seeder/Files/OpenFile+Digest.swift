// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
internal import NIOCore

extension OpenFile {
  /// The SHA-256 of all of it.
  package func sha256() throws(ArchiveError) -> SHA256Digest {
    try SHA256Digest.reading(0..<size) { (buffer, offset) throws(ArchiveError) in
      try read(into: buffer, at: offset)
    }
  }

  /// The SHA-256 of all of it, read no faster than `bucket` allows; nil when the task is cancelled.
  ///
  /// - Throws: `ArchiveError` when the disk fails.
  func sha256(pacedBy bucket: inout TokenBucket) async throws(ArchiveError) -> SHA256Digest? {
    var digest = try StreamDigest(.sha256)
    var position: UInt64 = 0
    while position < size {
      let count = try updateDigest(&digest, at: position)
      if count == 0 { break }
      position += UInt64(count)
      let delay = bucket.take(UInt64(count), now: .now())
      if delay > .zero { try? await Task.sleep(for: .nanoseconds(delay.nanoseconds)) }
      if Task.isCancelled { return nil }
    }
    return digest.finishSHA256()
  }

  private func updateDigest(
    _ digest: inout StreamDigest, at position: UInt64
  ) throws(ArchiveError) -> Int {
    var result: Result<Int, ArchiveError> = .success(0)
    withUnsafeTemporaryAllocation(byteCount: 128 << 10, alignment: 4096) { buffer in
      do throws(ArchiveError) {
        let count = try read(into: buffer, at: position)
        digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        result = .success(count)
      } catch {
        result = .failure(error)
      }
    }
    return try result.get()
  }
}
