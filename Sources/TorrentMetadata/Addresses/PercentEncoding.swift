// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// The `%` sequences of RFC 3986.
public enum PercentEncoding {
  /// `bytes` with all but unreserved characters encoded.
  ///
  /// Also `+`, which some servers and clients take for a blank, is encoded.
  public static func encode(_ bytes: some Sequence<UInt8>) -> String {
    var output: [UInt8] = []
    for byte in bytes { append(byte, to: &output) }
    return String(decoding: output, as: UTF8.self)
  }

  /// `path` with its components encoded.
  public static func encode(_ path: ArchivePath) -> String {
    var output: [UInt8] = []
    for byte in path.string.utf8 {
      if byte == 0x2F { output.append(byte) } else { append(byte, to: &output) }
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// The bytes that `text` stands for; nil when a `%` has no two digits behind it.
  public static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var output: [UInt8] = []
    var rest = text.makeIterator()
    while let byte = rest.next() {
      guard byte == 0x25 else {
        output.append(byte)
        continue
      }
      guard let high = rest.next().flatMap(Hex.value), let low = rest.next().flatMap(Hex.value)
      else { return nil }
      output.append(high << 4 | low)
    }
    return output
  }

  // RFC 3986 section 2.3.
  private static func isUnreserved(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
    default: false
    }
  }

  private static func append(_ byte: UInt8, to output: inout [UInt8]) {
    if isUnreserved(byte) { return output.append(byte) }
    let digits: [UInt8] = Array("0123456789ABCDEF".utf8)
    output += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
  }
}
