// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel

/// Size and digests of bytes that arrive in parts.
struct RunningSums: ~Copyable {
  // Digests cannot be copied and so cannot be an array's elements: one slot each.
  private var md5: StreamDigest?
  private var sha1: StreamDigest?
  private var sha256: StreamDigest
  private var sha512: StreamDigest?
  private var count: UInt64 = 0

  init(_ algorithms: [DigestAlgorithm]) throws(ArchiveError) {
    // All or nothing: an owner that throws half made cannot be cleaned up.
    let md5 = algorithms.contains(.md5) ? try StreamDigest(.md5) : nil
    let sha1 = algorithms.contains(.sha1) ? try StreamDigest(.sha1) : nil
    let sha512 = algorithms.contains(.sha512) ? try StreamDigest(.sha512) : nil
    sha256 = try StreamDigest(.sha256)
    self.md5 = md5
    self.sha1 = sha1
    self.sha512 = sha512
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    sha256.update(bytes)
    md5?.update(bytes)
    sha1?.update(bytes)
    sha512?.update(bytes)
    count += UInt64(bytes.count)
  }

  mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }

  mutating func finish() -> OutputSums {
    var sums = OutputSums(size: ByteCount(count))
    sums.values[.sha256] = sha256.finish()
    sums.values[.md5] = md5?.finish()
    sums.values[.sha1] = sha1?.finish()
    sums.values[.sha512] = sha512?.finish()
    return sums
  }
}
