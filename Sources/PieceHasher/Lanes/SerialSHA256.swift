// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import CPieceHash

/// SHA-256 of one stream alone, by libcrypto: what no lane can help with.
struct SerialSHA256: ~Copyable {
  private let values: UnsafeMutableBufferPointer<UInt32>
  private var length: UInt64 = 0

  init() {
    values = .allocate(capacity: 8)
    values.initialize(repeating: 0)
    begin()
  }

  deinit { values.deallocate() }

  /// Forgets what it took.
  mutating func begin() {
    for (index, value) in initialSHA256.enumerated() { values[index] = value }
    length = 0
  }

  /// Takes the next bytes, whole blocks.
  mutating func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count.isMultiple(of: LaneBank.blockLength), "only the end has half blocks")
    guard let chain = values.baseAddress, let start = bytes.baseAddress else { return }
    piecehash_sha256_blocks(
      chain, start.assumingMemoryBound(to: UInt8.self), bytes.count / LaneBank.blockLength)
    length += UInt64(bytes.count)
  }

  /// Takes the last bytes, fewer than a block or none, and returns the digest; another stream may
  /// begin.
  mutating func finish(_ tail: UnsafeRawBufferPointer) -> SHA256Digest {
    defer { begin() }
    return Padding.finishSHA256(values, tail: tail, length: length + UInt64(tail.count))
  }
}
