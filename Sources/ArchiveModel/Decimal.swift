// SPDX-License-Identifier: Apache-2.0

extension UInt64 {
  /// Calls `body` with the digits of this number in decimal, which lie on the stack.
  @inlinable
  package func withDecimal(_ body: (UnsafeRawBufferPointer) -> Void) {
    // 20 digits are enough for 64 bits.
    withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
      var rest = self
      var position = 20
      repeat {
        position -= 1
        digits[position] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
        rest /= 10
      } while rest > 0
      body(UnsafeRawBufferPointer(rebasing: digits[position...]))
    }
  }
}
