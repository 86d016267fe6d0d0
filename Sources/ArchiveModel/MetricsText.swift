// SPDX-License-Identifier: Apache-2.0

/// Metrics as Prometheus reads them (text format 0.0.4).
package struct MetricsText: Sendable {
  /// What a number means over time.
  package enum Kind: String, Sendable {
    /// It only grows.
    case counter
    /// It is as it is now.
    case gauge
  }

  private let prefix: String
  /// All lines so far.
  package private(set) var text = ""

  /// `prefix` stands before each name.
  package init(prefix: String) { self.prefix = prefix }

  /// Begins the samples called `name`.
  package mutating func family(_ name: String, _ kind: Kind, _ help: String) {
    text += "# HELP \(prefix)\(name) \(help)\n# TYPE \(prefix)\(name) \(kind.rawValue)\n"
  }

  /// One number; values of `labels` may be anybody's words.
  package mutating func sample(
    _ name: String, _ value: some BinaryInteger, _ labels: KeyValuePairs<String, String> = [:]
  ) {
    let list = labels.map { "\($0.key)=\"\(Self.escape($0.value))\"" }.joined(separator: ",")
    text += "\(prefix)\(name)\(list.isEmpty ? "" : "{\(list)}") \(value)\n"
  }

  private static func escape(_ value: String) -> String {
    value.reduce(into: "") { text, character in
      switch character {
      case "\\": text += "\\\\"
      case "\"": text += "\\\""
      case "\n", "\r\n": text += "\\n"
      default: text.append(character)
      }
    }
  }
}
