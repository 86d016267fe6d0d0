// SPDX-License-Identifier: Apache-2.0

/// Writes XML 1.0, an element a line.
struct XMLWriter {
  private(set) var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
  private var depth = 0

  /// Begins an element that holds others.
  mutating func open(_ name: String, _ attributes: KeyValuePairs<String, String?> = [:]) {
    begin(name, attributes)
    text += ">\n"
    depth += 1
  }

  /// Ends what was opened last.
  mutating func close(_ name: String) {
    depth -= 1
    indent()
    text += "</\(name)>\n"
  }

  /// An element that holds text; nothing where there is none.
  mutating func leaf(
    _ name: String, _ content: String?, _ attributes: KeyValuePairs<String, String?> = [:]
  ) {
    guard let content else { return }
    begin(name, attributes)
    if content.isEmpty {
      text += "/>\n"
    } else {
      text += ">"
      append(content)
      text += "</\(name)>\n"
    }
  }

  private mutating func begin(_ name: String, _ attributes: KeyValuePairs<String, String?>) {
    indent()
    text += "<\(name)"
    for case (let key, let value?) in attributes {
      text += " \(key)=\""
      append(value)
      text += "\""
    }
  }

  private mutating func indent() {
    for _ in 0..<depth { text += "  " }
  }

  private mutating func append(_ value: String) {
    for scalar in value.unicodeScalars {
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      // A reader turns them into blanks otherwise.
      case "\t", "\n", "\r": text += "&#\(scalar.value);"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
