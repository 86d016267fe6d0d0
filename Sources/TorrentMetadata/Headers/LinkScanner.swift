// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Finds the links of a `Link` header (RFC 8288 section 3).
///
///     Link       = link *( "," link )
///     link       = "<" target ">" *( ";" name [ "=" ( token | quoted ) ] )
struct LinkScanner {
  struct Link {
    let target: String
    /// By name in lower case; of those given twice the first.
    var parameters: [String: String] = [:]
  }

  private var rest: ArraySlice<UInt8>

  init(_ value: String) { rest = Array(value.utf8)[...] }

  /// The next link; nil at the end.
  mutating func next() throws(ArchiveError) -> Link? {
    skipBlanks()
    while take(0x2C) { skipBlanks() }
    guard !rest.isEmpty else { return nil }
    guard take(0x3C), let end = rest.firstIndex(of: 0x3E) else {
      throw Self.failure("expected '<' and '>' around a URL")
    }
    var link = Link(target: String(decoding: rest[..<end], as: UTF8.self))
    rest = rest[(end + 1)...]
    skipBlanks()
    while take(0x3B) {
      try parameter(of: &link)
      skipBlanks()
    }
    guard rest.isEmpty || rest.first == 0x2C else { throw Self.failure("expected ';' or ','") }
    return link
  }

  private mutating func parameter(of link: inout Link) throws(ArchiveError) {
    skipBlanks()
    let name = token().lowercased()
    skipBlanks()
    guard !name.isEmpty else { return }
    var value = ""
    if take(0x3D) {
      skipBlanks()
      value = take(0x22) ? try quoted() : token()
    }
    if link.parameters[name] == nil { link.parameters[name] = value }
  }

  private mutating func token() -> String {
    // What ends a token in any of its uses; all else is let through.
    let part = rest.prefix { ![0x20, 0x09, 0x22, 0x2C, 0x3B, 0x3D].contains($0) }
    rest = rest[part.endIndex...]
    return String(decoding: part, as: UTF8.self)
  }

  private mutating func quoted() throws(ArchiveError) -> String {
    var text: [UInt8] = []
    while let byte = rest.popFirst() {
      if byte == 0x22 { return String(decoding: text, as: UTF8.self) }
      guard byte == 0x5C else {
        text.append(byte)
        continue
      }
      if let escaped = rest.popFirst() { text.append(escaped) }
    }
    throw Self.failure("expected '\"' at the end of a value")
  }

  private mutating func skipBlanks() { rest = rest.drop { $0 == 0x20 || $0 == 0x09 } }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard rest.first == byte else { return false }
    rest.removeFirst()
    return true
  }

  private static func failure(_ reason: String) -> ArchiveError {
    ArchiveError(.data, "a Link header: \(reason)")
  }
}
