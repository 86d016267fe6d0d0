// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// A page as it is put together: names of elements and attributes are ours, all else is escaped.
struct HTML {
  private(set) var text = ""

  /// Markup of ours.
  mutating func raw(_ markup: StaticString) { text += "\(markup)" }

  /// Text of ours that is made at run time, as a style sheet is.
  mutating func verbatim(_ ours: String) { text += ours }

  /// Words, which may be anybody's.
  mutating func append(_ words: String) { text += Self.escape(words) }

  /// An element with what `body` puts into it.
  mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:],
    _ body: (inout HTML) -> Void
  ) {
    open(name, attributes)
    body(&self)
    text += "</\(name)>"
  }

  /// An element of words alone.
  mutating func element(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>, _ words: String
  ) {
    element(name, attributes) { $0.append(words) }
  }

  /// The same without attributes.
  mutating func element(_ name: StaticString, _ words: String) { element(name, [:], words) }

  /// An element that has no content.
  mutating func open(
    _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]
  ) {
    text += "<\(name)"
    for (name, value) in attributes { text += " \(name)=\"\(Self.escape(value))\"" }
    text += ">"
  }

  /// A moment, for people and for programs; nil for never.
  mutating func time(_ rfc3339: String?) {
    guard let rfc3339 else { return append("–") }
    element("time", ["datetime": rfc3339], StatusTime.text(rfc3339))
  }

  /// `words` as they may stand in an element and in an attribute. Control characters, and those
  /// that turn the direction of writing, are shown by their numbers.
  static func escape(_ words: String) -> String {
    var output = ""
    for scalar in LogLine.clean(words).unicodeScalars {
      switch scalar {
      case "&": output += "&amp;"
      case "<": output += "&lt;"
      case ">": output += "&gt;"
      case "\"": output += "&quot;"
      case "'": output += "&#39;"
      default: output.unicodeScalars.append(scalar)
      }
    }
    return output
  }
}
