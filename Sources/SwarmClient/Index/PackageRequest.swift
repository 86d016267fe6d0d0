// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// A package as somebody asks for it: `name[:architecture][=version][/suite]`.
package struct PackageRequest: Hashable, Sendable {
  package let name: String
  /// Nil for whatever comes first of those that the settings name.
  package let architecture: String?
  /// Nil for the latest.
  package let version: String?
  /// Nil for the settings' own.
  package let suite: String?

  /// Reads `text` as apt does; the architecture may also stand behind the version.
  ///
  /// - Throws: `ArchiveError` (EX_USAGE) for what can name no package.
  package init(_ text: String) throws(ArchiveError) {
    var rest = text[...]
    var architecture: Substring?
    var version: Substring?
    if let slash = rest.lastIndex(of: "/") {
      suite = String(rest[rest.index(after: slash)...])
      rest = rest[..<slash]
    } else {
      suite = nil
    }
    if let equals = rest.firstIndex(of: "=") {
      var text = rest[rest.index(after: equals)...]
      rest = rest[..<equals]
      // Behind an epoch's colon a version begins with a digit, an architecture does not.
      if let colon = text.lastIndex(of: ":"),
        text[text.index(after: colon)...].first.map(\.isLetter) ?? false
      {
        architecture = text[text.index(after: colon)...]
        text = text[..<colon]
      }
      version = text
    }
    if architecture == nil, let colon = rest.firstIndex(of: ":") {
      architecture = rest[rest.index(after: colon)...]
      rest = rest[..<colon]
    }
    guard Self.isName(rest), version.map(Self.isVersion) ?? true,
      suite.map({ !$0.isEmpty }) ?? true,
      architecture.map(Self.isArchitecture) ?? true
    else {
      throw ArchiveError(
        .usage, "'\(text)' names no package",
        advice: "write it as name, name:architecture, name=version or name/suite")
    }
    name = String(rest)
    self.architecture = architecture.map { String($0) }
    self.version = version.map { String($0) }
  }

  // Debian policy 5.6.1.
  private static func isName(_ text: Substring) -> Bool {
    text.utf8.count >= 2 && text.utf8.first.map(isAlphanumeric) ?? false
      && text.utf8.allSatisfy { isAlphanumeric($0) || [0x2B, 0x2D, 0x2E].contains($0) }
  }

  // Debian policy 5.6.12; what stands behind a colon begins with no letter, as above.
  private static func isVersion(_ text: Substring) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { isAlphanumeric($0) || [0x2B, 0x2D, 0x2E, 0x3A, 0x7E].contains($0) }
      && text.split(separator: ":", omittingEmptySubsequences: false).dropFirst()
        .allSatisfy { $0.first?.isNumber ?? false }
  }

  private static func isArchitecture(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { isAlphanumeric($0) || $0 == 0x2D }
  }

  private static func isAlphanumeric(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
  }
}

extension PackageRequest: CustomStringConvertible {
  package var description: String {
    name + (architecture.map { ":\($0)" } ?? "") + (version.map { "=\($0)" } ?? "")
      + (suite.map { "/\($0)" } ?? "")
  }
}
