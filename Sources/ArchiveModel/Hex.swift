// SPDX-License-Identifier: Apache-2.0

/// Lower-case hexadecimal, the form of every digest in an archive index.
package enum Hex {
  private static let digits: StaticString = "0123456789abcdef"

  /// Appends two digits for each byte of `bytes` to `output`.
  package static func append(_ bytes: some Sequence<UInt8>, to output: inout [UInt8]) {
    digits.withUTF8Buffer { table in
      for byte in bytes {
        output.append(table[Int(byte >> 4)])
        output.append(table[Int(byte & 15)])
      }
    }
  }

  /// Appends two digits for each byte of `bytes` to `output`, by way of the stack: piece hashes
  /// are a third of an extended index.
  package static func append(_ bytes: UnsafeRawBufferPointer, to output: inout [UInt8]) {
    digits.withUTF8Buffer { table in
      withUnsafeTemporaryAllocation(byteCount: bytes.count * 2, alignment: 1) { text in
        for index in 0..<bytes.count {
          let byte = bytes[index]
          text[index &* 2] = table[Int(byte >> 4)]
          text[index &* 2 &+ 1] = table[Int(byte & 15)]
        }
        output.append(contentsOf: text)
      }
    }
  }

  /// `bytes` as hexadecimal text.
  package static func string(_ bytes: some Sequence<UInt8>) -> String {
    var output: [UInt8] = []
    append(bytes, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  /// Decodes hexadecimal of either case; nil unless every byte of `text` is a digit and the
  /// length is even.
  package static func decode(_ text: UnsafeRawBufferPointer) -> [UInt8]? {
    guard text.count.isMultiple(of: 2) else { return nil }
    var output: [UInt8] = []
    output.reserveCapacity(text.count / 2)
    for index in stride(from: 0, to: text.count, by: 2) {
      guard let high = value(text[index]), let low = value(text[index + 1]) else { return nil }
      output.append(high << 4 | low)
    }
    return output
  }

  /// Decodes hexadecimal of either case, nil when malformed.
  package static func decode(_ text: String) -> [UInt8]? {
    var text = text
    return text.withUTF8 { decode(UnsafeRawBufferPointer($0)) }
  }

  /// The value of one digit.
  @inline(__always)
  package static func value(_ digit: UInt8) -> UInt8? {
    switch digit {
    case 0x30...0x39: digit &- 0x30
    case 0x61...0x66: digit &- 0x57
    case 0x41...0x46: digit &- 0x37
    default: nil
    }
  }

  /// The value of eight digits of either case, highest first, which are the bytes of `digits` in
  /// memory; nil when one of them is none.
  ///
  /// All eight at once, because every stanza of an index holds 64 of them.
  @inline(__always)
  package static func eightDigits(_ digits: UInt64) -> UInt64? {
    let each: UInt64 = 0x0101_0101_0101_0101
    let highBits = each << 7
    let lowered = digits | each &* 0x20
    // No sum leaves its byte, as long as no digit has its high bit set.
    let isNumeral = (digits &+ each &* (0x80 - 0x30)) & ~(digits &+ each &* (0x80 - 0x3A))
    let isLetter = (lowered &+ each &* (0x80 - 0x61)) & ~(lowered &+ each &* (0x80 - 0x67))
    guard (isNumeral | isLetter) & highBits == highBits, digits & highBits == 0 else { return nil }
    // The low four bits of a letter are 1 to 6.
    let nines = ((isLetter & highBits) >> 7) &* 9
    var number = UInt64(bigEndian: (digits & (each &* 0x0F)) &+ nines)
    // Joins neighbours: digits to bytes, bytes to pairs, pairs to the whole.
    number = (number | number >> 4) & 0x00FF_00FF_00FF_00FF
    number = (number | number >> 8) & 0x0000_FFFF_0000_FFFF
    return (number | number >> 16) & 0xFFFF_FFFF
  }
}
