// SPDX-License-Identifier: Apache-2.0

/// One line of a log: an event with what it is about, as `key=value`.
///
/// Words from outside can neither begin another line nor change what a terminal shows.
package struct LogLine: Sendable {
  /// How much an event matters, by the numbers of syslog (RFC 5424, section 6.2.1).
  package enum Severity: Int, Sendable, CaseIterable {
    /// The daemon cannot go on.
    case critical = 2
    /// The operator must act.
    case error = 3
    /// Something was refused or lost.
    case warning = 4
    /// It starts, stops, or reads its files anew.
    case notice = 5
    /// A run was noticed, a catalog loaded.
    case info = 6
    /// For whoever looks for a defect.
    case debug = 7
  }

  /// No name or value is longer, in Unicode scalars; what is cut ends in an ellipsis.
  private static let limit = 2048

  private let severity: Severity
  private let text: String

  /// Puts an event into words.
  ///
  /// - Parameters:
  ///   - severity: how much it matters.
  ///   - message: what happened; must be the same for all events of a kind.
  ///   - fields: what it happened to, in the order in which they are written.
  package init(_ severity: Severity, _ message: String, _ fields: [(name: String, value: String)]) {
    self.severity = severity
    text = fields.reduce(into: Self.clean(message)) { text, field in
      text += " \(Self.clean(field.name))=\(Self.quoted(field.value))"
    }
  }

  /// The line for journald, which knows the time and takes the severity from the prefix
  /// (sd-daemon(3)).
  package var forJournal: String { "<\(severity.rawValue)>\(text)\n" }

  /// The line for a file or a terminal.
  package func stamped(_ time: ArchiveDate) -> String { "\(time) \(severity) \(text)\n" }

  /// A value as it is, or in quotes where it could be taken for something else.
  private static func quoted(_ value: String) -> String {
    let isPlain =
      !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D }
    if isPlain { return clean(value) }
    let escaped = clean(value).reduce(into: "") { text, character in
      if character == "\"" || character == "\\" { text += "\\" }
      text.append(character)
    }
    return "\"\(escaped)\""
  }

  /// `text` without control characters, and without those that turn the direction of writing.
  package static func clean(_ text: String) -> String {
    var output = String.UnicodeScalarView()
    for (count, scalar) in text.unicodeScalars.enumerated() {
      if count == limit {
        output.append("…")
        break
      }
      switch scalar.value {
      case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069:
        output.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
      default: output.append(scalar)
      }
    }
    return String(output)
  }
}
