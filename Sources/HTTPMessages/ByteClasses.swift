// SPDX-License-Identifier: Apache-2.0

/// The classes of bytes that HTTP's grammar is made of (RFC 9110 section 5.6).
extension UInt8 {
  /// `tchar`: what methods and names of fields consist of.
  @inline(__always)
  var isToken: Bool {
    // One bit a character: 0-9A-Za-z and !#$%&'*+-.^_`|~
    let low: UInt64 = 0x03FF_6CFA_0000_0000
    let high: UInt64 = 0x57FF_FFFF_C7FF_FFFE
    let word = self < 64 ? low : high
    return self < 128 && word >> UInt64(self & 63) & 1 == 1
  }

  /// `field-vchar`, space and tab.
  @inline(__always)
  var isFieldContent: Bool { self >= 0x20 && self != 0x7F || self == 0x09 }

  /// What `uri-host [ ":" port ]` may have, percent signs and brackets among it.
  @inline(__always)
  var isHost: Bool {
    switch self {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x3A, 0x5B, 0x5D, 0x5F, 0x7E, 0x25,
      0x21, 0x24, 0x26...0x2C, 0x3B, 0x3D:
      true
    default: false
    }
  }

  @inline(__always)
  package var isDigit: Bool { self &- 0x30 < 10 }
}

extension UnsafeRawBufferPointer {
  /// Whether these bytes begin with `text`, letters of the same case.
  @inline(__always)
  func starts(with text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard count >= length else { return false }
    let other = text.utf8Start
    for index in 0..<length where self[index] != other[index] { return false }
    return true
  }

  /// `1*DIGIT` at `position`, which is moved behind it; nil where there is no digit. What does not
  /// fit counts as the largest number, and so lies beyond any file.
  func number(at position: inout Int) -> UInt64? {
    let start = position
    var number: UInt64 = 0
    while position < count, self[position].isDigit {
      let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
      let (sum, overflows) = tens.addingReportingOverflow(UInt64(self[position] &- 0x30))
      number = isTooLarge || overflows ? .max : sum
      position += 1
    }
    return position > start ? number : nil
  }

  /// `1*DIGIT`; nil for anything else and what does not fit.
  var decimal: UInt64? {
    guard !isEmpty, count <= 19, allSatisfy({ $0.isDigit }) else { return nil }
    return reduce(0) { $0 &* 10 &+ UInt64($1 &- 0x30) }
  }
}
