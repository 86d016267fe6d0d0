// SPDX-License-Identifier: Apache-2.0

extension StringProtocol {
  /// The beginning of foreign text, short enough for a message.
  var excerpt: String {
    // By scalars: one character may be of any length.
    let beginning = unicodeScalars.prefix(100)
    let isWhole = beginning.endIndex == unicodeScalars.endIndex
    return String(String.UnicodeScalarView(beginning)) + (isWhole ? "" : "...")
  }
}
