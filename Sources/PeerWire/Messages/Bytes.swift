// SPDX-License-Identifier: Apache-2.0

extension UnsafeRawBufferPointer {
  /// A number in network byte order; `offset` and the bytes after it must be within.
  @inline(__always)
  func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Number.Type
  ) -> Number {
    Number(bigEndian: loadUnaligned(fromByteOffset: offset, as: type))
  }

  /// What follows the first `count` bytes.
  @inline(__always)
  func dropping(_ count: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: self[count...])
  }
}
