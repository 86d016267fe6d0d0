// SPDX-License-Identifier: Apache-2.0

private import ArchiveModel

extension RawSpan {
  /// One byte; stops the program when `offset` is out of bounds, like an array.
  @inline(__always)
  subscript(offset: Int) -> UInt8 { unsafeLoad(fromByteOffset: offset, as: UInt8.self) }

  /// A number in network byte order.
  @inline(__always)
  func bigEndian<Number: FixedWidthInteger & BitwiseCopyable>(
    at offset: Int, as type: Number.Type
  ) -> Number {
    Number(bigEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: type))
  }

  /// Whether the bytes of `range` are `text`.
  @inline(__always)
  func equals(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for index in 0..<range.count where self[range.lowerBound + index] != text.utf8Start[index] {
      return false
    }
    return true
  }

  /// Where `byte` first comes in `range`; nil when it does not.
  @inline(__always)
  func firstIndex(of byte: UInt8, in range: Range<Int>) -> Int? {
    for index in range where self[index] == byte { return index }
    return nil
  }

  /// The byte at `offset`, percent-decoded, and `offset` moved past it; nil where a `%` is not
  /// followed by two digits.
  @inline(__always)
  func percentDecoded(_ offset: inout Int) -> UInt8? {
    let byte = self[offset]
    offset += 1
    guard byte == 0x25 else { return byte }
    guard offset + 1 < byteCount, let high = Hex.value(self[offset]),
      let low = Hex.value(self[offset + 1])
    else { return nil }
    offset += 2
    return high << 4 | low
  }
}
