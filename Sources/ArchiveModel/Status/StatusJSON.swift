// SPDX-License-Identifier: Apache-2.0

internal import FoundationEssentials

/// How daemons write what they say of themselves, and how it is read: names as `next_piece`.
package enum StatusJSON {
  /// `value` as a document, its names in order; the same value gives the same text.
  package static func encode(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // None of our types can refuse; a daemon that says nothing is better than one that ends.
    guard let data = try? encoder.encode(value) else { return "{}\n" }
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// The value that `text` holds; nil where it holds something else.
  package static func decode<T: Decodable>(_ type: T.Type, from text: String) -> T? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try? decoder.decode(type, from: Data(text.utf8))
  }
}
