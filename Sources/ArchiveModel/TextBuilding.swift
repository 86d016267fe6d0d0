// SPDX-License-Identifier: Apache-2.0

/// Text built as bytes: an index has a million lines, and a `String` for each would be most of the
/// run.
extension [UInt8] {
  /// Appends ASCII text.
  package mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }

  /// Appends a number in decimal.
  package mutating func append(decimal number: UInt64) {
    // 20 digits are enough for 64 bits.
    withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
      var rest = number
      var position = 20
      repeat {
        position -= 1
        digits[position] = UInt8(truncatingIfNeeded: rest % 10) + 0x30
        rest /= 10
      } while rest > 0
      append(contentsOf: digits[position...])
    }
  }
}
