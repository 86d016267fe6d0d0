// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel

extension Descriptor {
  /// The SHA-256 of the whole file, or of `range`, as far as the file reaches.
  ///
  /// - Throws: `ArchiveError` when it cannot be read.
  func sha256(of range: Range<UInt64> = 0..<UInt64.max) throws(ArchiveError) -> SHA256Digest {
    var digest = try StreamDigest(.sha256)
    var offset = range.lowerBound
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 64)
    defer { buffer.deallocate() }
    while offset < range.upperBound {
      let wanted = Int(min(UInt64(buffer.count), range.upperBound - offset))
      let count = try read(
        into: UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), at: offset)
      if count == 0 { break }
      digest.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += UInt64(count)
    }
    return digest.finishSHA256()
  }
}
