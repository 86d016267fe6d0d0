// SPDX-License-Identifier: Apache-2.0

/// Base32 of RFC 4648 section 6, in which old magnet links give info hashes.
enum Base32 {
  /// Decodes text of either case and no padding; nil when malformed.
  static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var output: [UInt8] = []
    var buffer: UInt32 = 0
    var bits: UInt32 = 0
    for byte in text {
      guard let value = value(byte) else { return nil }
      buffer = buffer << 5 | UInt32(value)
      bits += 5
      if bits >= 8 {
        bits -= 8
        output.append(UInt8(truncatingIfNeeded: buffer >> bits))
        buffer &= 1 << bits - 1
      }
    }
    return bits < 5 && buffer == 0 ? output : nil
  }

  private static func value(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61
    case 0x32...0x37: byte - 0x32 + 26
    default: nil
    }
  }
}
