// SPDX-License-Identifier: Apache-2.0

/// Text built as bytes: an index has a million lines, and a `String` for each would be most of the
/// run.
extension [UInt8] {
  /// Appends ASCII text.
  package mutating func append(_ text: StaticString) {
    text.withUTF8Buffer { append(contentsOf: $0) }
  }

  /// Appends a number in network byte order.
  @inlinable
  package mutating func append<Number: FixedWidthInteger>(bigEndian number: Number) {
    Swift.withUnsafeBytes(of: number.bigEndian) { append(contentsOf: $0) }
  }

  /// Appends a number in decimal.
  package mutating func append(decimal number: UInt64) {
    number.withDecimal { append(contentsOf: $0) }
  }
}
