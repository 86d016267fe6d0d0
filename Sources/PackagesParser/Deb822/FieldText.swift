// SPDX-License-Identifier: Apache-2.0

/// `bytes` without blanks (space, tab, newline) at either end.
@inline(__always)
package func trimmed(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
  guard var start = bytes.baseAddress else { return bytes }
  var end = start + bytes.count
  while start < end, isBlank(start.load(as: UInt8.self)) { start += 1 }
  while start < end, isBlank((end - 1).load(as: UInt8.self)) { end -= 1 }
  return UnsafeRawBufferPointer(start: start, count: start.distance(to: end))
}

@inline(__always)
package func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0A }

/// A decimal number of digits alone, at most 19 of them; nil for a sign, a blank or more.
package func decimal(_ bytes: UnsafeRawBufferPointer) -> UInt64? {
  guard !bytes.isEmpty, bytes.count <= 19 else { return nil }
  var result: UInt64 = 0
  for byte in bytes {
    let digit = byte &- 0x30
    guard digit < 10 else { return nil }
    result = result * 10 + UInt64(digit)
  }
  return result
}

/// The words of a value, separated by blanks: newlines mean nothing, because some tools fold
/// multi-line fields into one line.
package struct Words: Sequence, IteratorProtocol {
  private let bytes: UnsafeRawBufferPointer
  private var position = 0

  package init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  package mutating func next() -> UnsafeRawBufferPointer? {
    while position < bytes.count, isBlank(bytes[position]) { position += 1 }
    guard position < bytes.count else { return nil }
    let start = position
    while position < bytes.count, !isBlank(bytes[position]) { position += 1 }
    return UnsafeRawBufferPointer(rebasing: bytes[start..<position])
  }
}

extension String {
  /// The text of a field for messages and edges; malformed UTF-8 is repaired.
  package init(field: UnsafeRawBufferPointer) {
    self.init(decoding: field, as: UTF8.self)
  }
}
