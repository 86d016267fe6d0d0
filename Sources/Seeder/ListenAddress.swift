// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import HTTPMessages

/// Where to listen.
package enum ListenAddress: Hashable, Sendable {
  /// A host name or address, without brackets, and a port; 0 lets the system choose.
  case host(String, port: UInt16)
  /// The path of a Unix domain socket.
  case unix(String)
  /// A socket that is open already, as systemd passes it: its descriptor.
  case inherited(Int32)

  /// Reads `127.0.0.1:8080`, `archive.example:80`, `[::]:80` (RFC 3986 section 3.2.2) or
  /// `unix:/run/seed.sock`.
  ///
  /// - Throws: `ArchiveError` with EX_USAGE.
  package init(_ text: String) throws(ArchiveError) {
    if text.hasPrefix("unix:") {
      let path = String(text.dropFirst(5))
      // sockaddr_un has room for 107 bytes and a NUL.
      guard path.hasPrefix("/"), path.utf8.count <= 107 else {
        throw ArchiveError(
          .usage, "expected unix: and an absolute path of at most 107 bytes, found '\(text)'")
      }
      self = .unix(path)
      return
    }
    guard let colon = text.lastIndex(of: ":") else { throw Self.malformed(text) }
    let digits = text[text.index(after: colon)...]
    guard digits.utf8.allSatisfy({ $0.isDigit }), let port = UInt16(digits) else {
      throw Self.malformed(text)
    }
    var host = text[..<colon]
    let bracketed = host.first == "[" && host.last == "]" && host.count > 2
    if bracketed { host = host.dropFirst().dropLast() }
    // `::1:80` could mean two things.
    guard !host.isEmpty, bracketed == host.contains(":"), !host.contains("["), !host.contains("]")
    else { throw Self.malformed(text) }
    self = .host(String(host), port: port)
  }

  private static func malformed(_ text: String) -> ArchiveError {
    ArchiveError(
      .usage, "expected host:port or unix:/path to listen on, found '\(text)'",
      advice: "an IPv6 address stands in brackets, as in [::1]:8080")
  }
}

extension ListenAddress {
  /// Whether nobody but this machine can connect to it.
  var isLoopback: Bool {
    guard case .host(let name, _) = self else { return false }
    return name.lowercased() == "localhost" || IPAddress(name)?.isLoopback == true
  }
}

extension ListenAddress: CustomStringConvertible {
  package var description: String {
    switch self {
    case .host(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
    case .unix(let path): "unix:\(path)"
    case .inherited(let number): "descriptor \(number)"
    }
  }
}
