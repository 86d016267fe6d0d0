// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

extension StreamDigest {
  /// Takes the bytes of `range`, or those before it for which `read` gives none.
  ///
  /// - Parameters:
  ///   - range: offsets in bytes.
  ///   - read: reads into a buffer from an offset, and tells how many bytes it read.
  /// - Throws: what `read` throws.
  package mutating func update(
    reading range: Range<UInt64>,
    _ read: (UnsafeMutableRawBufferPointer, UInt64) throws(ArchiveError) -> Int
  ) throws(ArchiveError) {
    var offset = range.lowerBound
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 4096)
    defer { buffer.deallocate() }
    while offset < range.upperBound {
      let wanted = Int(min(UInt64(buffer.count), range.upperBound - offset))
      let count = try read(UnsafeMutableRawBufferPointer(rebasing: buffer[..<wanted]), offset)
      if count == 0 { break }
      update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
      offset += UInt64(count)
    }
  }
}

extension SHA256Digest {
  /// The SHA-256 of the bytes of `range`, or of those before it for which `read` gives none.
  ///
  /// - Parameters:
  ///   - range: offsets in bytes.
  ///   - read: reads into a buffer from an offset, and tells how many bytes it read.
  /// - Throws: what `read` throws, and `ArchiveError` where libcrypto refuses.
  /// - Returns: the digest.
  package static func reading(
    _ range: Range<UInt64>,
    _ read: (UnsafeMutableRawBufferPointer, UInt64) throws(ArchiveError) -> Int
  ) throws(ArchiveError) -> SHA256Digest {
    var digest = try StreamDigest(.sha256)
    try digest.update(reading: range, read)
    return digest.finishSHA256()
  }
}

extension Descriptor {
  /// The digest of the whole file.
  ///
  /// - Throws: `ArchiveError` when it cannot be read, and where libcrypto refuses the algorithm.
  package func digest(_ algorithm: DigestAlgorithm) throws(ArchiveError) -> [UInt8] {
    var digest = try StreamDigest(algorithm)
    try digest.update(reading: 0..<UInt64.max) { (buffer, offset) throws(ArchiveError) in
      try read(into: buffer, at: offset)
    }
    return digest.finish()
  }

  /// The SHA-256 of the whole file, or of `range`, as far as the file reaches.
  ///
  /// - Throws: `ArchiveError` when it cannot be read.
  package func sha256(
    of range: Range<UInt64> = 0..<UInt64.max
  ) throws(ArchiveError) -> SHA256Digest {
    try SHA256Digest.reading(range) { (buffer, offset) throws(ArchiveError) in
      try read(into: buffer, at: offset)
    }
  }
}
