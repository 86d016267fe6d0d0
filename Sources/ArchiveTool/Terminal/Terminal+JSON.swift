// SPDX-License-Identifier: Apache-2.0

private import Foundation

extension Terminal {
  /// Writes a result as JSON, its keys in order.
  ///
  /// - Throws: what `value` throws where it cannot be encoded.
  static func print(json value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
}
