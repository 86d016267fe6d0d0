// SPDX-License-Identifier: Apache-2.0

/// A peer as magnet links give it: `name:port`, `1.2.3.4:port` or `[2001:db8::1]:port` (BEP 9).
public struct PeerAddress: Hashable, Sendable {
  /// Without the brackets of an IPv6 address.
  public let host: String
  public let port: UInt16

  /// Reads `text`; nil when it is no such address.
  public init?(_ text: String) {
    guard let url = AbsoluteURL("x://" + text),
      !text.utf8.contains(where: { "/?#@".utf8.contains($0) }),
      let colon = url.string.lastIndex(of: ":"),
      let port = UInt16(url.string[url.string.index(after: colon)...]), port > 0
    else { return nil }
    var host = url.string[..<colon].dropFirst("x://".count)
    if host.first == "[" { host = host.dropFirst().dropLast() }
    self.host = String(host)
    self.port = port
  }
}

extension PeerAddress: CustomStringConvertible {
  public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
