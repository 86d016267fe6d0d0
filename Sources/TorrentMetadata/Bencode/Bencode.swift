// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Writes the canonical form of BEP 3; each value is made whole and put into the one around it.
public enum Bencode {
  /// `i<number>e`.
  public static func integer(_ value: UInt64) -> [UInt8] {
    var output: [UInt8] = [0x69]
    output.append(decimal: value)
    output.append(0x65)
    return output
  }

  /// `<length>:<bytes>`.
  public static func string(_ bytes: some Collection<UInt8>) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count + 11)
    append(string: bytes, to: &output)
    return output
  }

  /// A string of text in UTF-8.
  public static func string(_ text: String) -> [UInt8] { string(text.utf8) }

  /// A list of values that are bencoded already.
  public static func list(_ values: some Sequence<[UInt8]>) -> [UInt8] {
    var output: [UInt8] = [0x6C]
    for value in values { output += value }
    output.append(0x65)
    return output
  }

  /// A dictionary of values that are bencoded already; keys are sorted bytewise.
  public static func dictionary(_ values: [String: [UInt8]]) -> [UInt8] {
    dictionary(values.map { (Array($0.key.utf8), $0.value) })
  }

  /// A dictionary of keys, none twice, and values that are bencoded already.
  static func dictionary(_ values: [(key: [UInt8], value: [UInt8])]) -> [UInt8] {
    var output: [UInt8] = [0x64]
    for (key, value) in values.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      append(string: key, to: &output)
      output += value
    }
    output.append(0x65)
    return output
  }

  /// Appends a string to `output`.
  static func append(string bytes: some Collection<UInt8>, to output: inout [UInt8]) {
    output.append(decimal: UInt64(bytes.count))
    output.append(0x3A)
    output.append(contentsOf: bytes)
  }
}
