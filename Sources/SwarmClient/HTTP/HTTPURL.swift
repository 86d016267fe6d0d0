// SPDX-License-Identifier: Apache-2.0

package import TorrentMetadata

/// A URL that this client can ask: `http` or `https`, taken apart.
package struct HTTPURL: Hashable, Sendable {
  /// Whom to connect to (RFC 6454).
  package struct Origin: Hashable, Sendable {
    package let isSecure: Bool
    /// In lower case, an IPv6 address without its brackets.
    package let host: String
    package let port: Int
  }

  package let origin: Origin
  /// Path and query, as a request line has them (RFC 9112 section 3.2.1).
  package let target: String
  /// The `Host` field (RFC 9110 section 7.2).
  package let host: String

  /// Takes `url` apart; nil for other schemes, and where it names a user: nobody is told a password.
  package init?(_ url: AbsoluteURL) {
    guard url.scheme == "http" || url.scheme == "https" else { return nil }
    let rest = url.string.utf8.dropFirst(url.scheme.utf8.count + 3)
    let authority = rest.prefix { ![0x2F, 0x3F, 0x23].contains($0) }
    guard !authority.contains(0x40) else { return nil }
    let isSecure = url.scheme == "https"
    host = url.host
    guard let parts = Self.hostAndPort(url.host, standard: isSecure ? 443 : 80) else { return nil }
    origin = Origin(isSecure: isSecure, host: parts.host, port: parts.port)
    let path = String(
      decoding: rest.dropFirst(authority.count).prefix { $0 != 0x23 }, as: UTF8.self)
    target = path.utf8.first == 0x2F ? path : "/" + path
  }

  private static func hostAndPort(_ text: String, standard: Int) -> (host: String, port: Int)? {
    var host = text[...]
    var port = standard
    if let colon = text.lastIndex(of: ":"), !text[colon...].contains("]") {
      host = text[..<colon]
      let digits = text[text.index(after: colon)...]
      if !digits.isEmpty { port = Int(digits) ?? 0 }
    }
    guard (1...65535).contains(port) else { return nil }
    if host.first == "[", host.last == "]" { host = host.dropFirst().dropLast() }
    return (String(host), port)
  }

  /// The whole URL.
  package var string: String { (origin.isSecure ? "https://" : "http://") + host + target }

  /// What a `Location` field means at this URL (RFC 3986 section 5.2); nil where this client cannot
  /// ask it.
  package func resolving(_ location: String) -> HTTPURL? {
    let scheme = origin.isSecure ? "https:" : "http:"
    let text =
      if location.hasPrefix("//") {
        scheme + location
      } else if location.hasPrefix("/") {
        scheme + "//" + host + location
      } else if let colon = location.firstIndex(of: ":"),
        !location[..<colon].contains(where: { "/?#".contains($0) })
      {
        location
      } else {
        scheme + "//" + host + directory + location
      }
    return AbsoluteURL(text).flatMap { HTTPURL($0) }
  }

  /// Whether a redirect from here may lead to `other`: never from TLS to none.
  package func mayLead(to other: HTTPURL) -> Bool { other.origin.isSecure || !origin.isSecure }

  /// The path up to its last `/`.
  private var directory: String {
    let path = target.prefix { $0 != "?" }
    return String(path[...(path.lastIndex(of: "/") ?? path.startIndex)])
  }
}

extension HTTPURL: CustomStringConvertible {
  package var description: String { string }
}
