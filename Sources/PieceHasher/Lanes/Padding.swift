// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import CPieceHash

/// The end of a message (FIPS 180-4, section 5.1.1): a one bit, zeros, and the length in bits.
enum Padding {
  /// The digest of a message of `length` bytes whose whole blocks led to `values`, and whose rest
  /// is `tail`.
  static func finishSHA256(
    _ values: UnsafeMutableBufferPointer<UInt32>, tail: UnsafeRawBufferPointer, length: UInt64
  ) -> SHA256Digest {
    withLastBlocks(tail, length) { blocks, count in
      guard let start = values.baseAddress else { return }
      piecehash_sha256_blocks(start, blocks, count)
    }
    return SHA256Digest(words: values)
  }

  /// As `finishSHA256`.
  static func finishSHA1(
    _ values: UnsafeMutableBufferPointer<UInt32>, tail: UnsafeRawBufferPointer, length: UInt64
  ) -> SHA1Digest {
    withLastBlocks(tail, length) { blocks, count in
      guard let start = values.baseAddress else { return }
      piecehash_sha1_blocks(start, blocks, count)
    }
    return SHA1Digest { output in
      for (index, value) in values.enumerated() {
        output.storeBytes(of: value.bigEndian, toByteOffset: index * 4, as: UInt32.self)
      }
    }
  }

  /// Calls `body` with the one or two blocks that end a message, and their number.
  private static func withLastBlocks(
    _ tail: UnsafeRawBufferPointer, _ length: UInt64, _ body: (UnsafePointer<UInt8>, Int) -> Void
  ) {
    let block = LaneBank.blockLength
    precondition(tail.count < block && UInt64(tail.count) == length % UInt64(block))
    withUnsafeTemporaryAllocation(byteCount: 2 * block, alignment: 16) { bytes in
      bytes.initializeMemory(as: UInt8.self, repeating: 0)
      bytes.copyMemory(from: tail)
      bytes[tail.count] = 0x80
      let count = tail.count + 9 <= block ? 1 : 2
      bytes.storeBytes(
        of: (length &* 8).bigEndian, toByteOffset: count * block - 8, as: UInt64.self)
      guard let start = bytes.baseAddress else { return }
      body(start.assumingMemoryBound(to: UInt8.self), count)
    }
  }
}

extension SHA256Digest {
  /// The value of a chain's eight words.
  init(words: UnsafeMutableBufferPointer<UInt32>) {
    var bytes: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    Swift.withUnsafeMutableBytes(of: &bytes) { output in
      for (index, value) in words.enumerated() {
        output.storeBytes(of: value.bigEndian, toByteOffset: index * 4, as: UInt32.self)
      }
    }
    self = Swift.withUnsafeBytes(of: bytes) { SHA256Digest(bytes: $0) } ?? .zero
  }
}
