// SPDX-License-Identifier: Apache-2.0

/// By what people choose packages; valid until the index moves on.
public struct PackageTraits {
  static let fields = ["Section", "Priority", "Source"]

  /// As `games` or `non-free/games` (policy 2.4); nil where the stanza does not say, as all others.
  public let section: UnsafeRawBufferPointer?
  /// As `optional` (policy 2.5).
  public let priority: UnsafeRawBufferPointer?
  /// The name of the source package, where it is not the package's own; without a version.
  public let source: UnsafeRawBufferPointer?

  init(_ reader: borrowing StanzaReader, from position: Int) {
    func value(_ field: Int) -> UnsafeRawBufferPointer? {
      reader.table.count > position + field ? reader.value(position + field) : nil
    }
    section = value(0)
    priority = value(1)
    source = value(2).map { text in
      // `name (version)` after a binary rebuild.
      UnsafeRawBufferPointer(rebasing: text[..<(text.firstIndex(of: 0x20) ?? text.endIndex)])
    }
  }
}
