// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// Where to listen: `host:port`, an IPv6 address in brackets (RFC 3986 section 3.2.2).
package struct ListenAddress: Hashable, Sendable {
  /// A name or an address, without brackets.
  package let host: String
  /// 0 lets the system choose.
  package let port: UInt16

  package init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }

  /// Reads `127.0.0.1:8080`, `archive.example:80` or `[::]:80`.
  ///
  /// - Throws: `ArchiveError` with EX_USAGE.
  package init(_ text: String) throws(ArchiveError) {
    guard let colon = text.lastIndex(of: ":") else { throw Self.malformed(text) }
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits) else {
      throw Self.malformed(text)
    }
    var host = text[..<colon]
    let bracketed = host.first == "[" && host.last == "]" && host.count > 2
    if bracketed { host = host.dropFirst().dropLast() }
    // `::1:80` could mean two things.
    guard !host.isEmpty, bracketed == host.contains(":"), !host.contains("["), !host.contains("]")
    else { throw Self.malformed(text) }
    self.init(host: String(host), port: port)
  }

  private static func malformed(_ text: String) -> ArchiveError {
    ArchiveError(
      .usage, "expected host:port to listen on, found '\(text)'",
      advice: "an IPv6 address stands in brackets, as in [::1]:8080")
  }
}

extension ListenAddress: CustomStringConvertible {
  package var description: String {
    host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
  }
}
