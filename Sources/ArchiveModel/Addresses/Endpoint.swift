// SPDX-License-Identifier: Apache-2.0

/// An address and a port: what a peer is known by, and where to listen.
public struct Endpoint: Hashable, Sendable {
  public let address: IPAddress
  public let port: UInt16

  /// Joins the two.
  @inlinable
  public init(_ address: IPAddress, port: UInt16) {
    self.address = address
    self.port = port
  }

  /// Reads `127.0.0.1:6969` or `[::1]:6969`.
  ///
  /// - Throws: `ArchiveError` with EX_USAGE.
  public init(_ text: String) throws(ArchiveError) {
    guard let colon = text.lastIndex(of: ":") else { throw Self.malformed(text) }
    let digits = text[text.index(after: colon)...]
    var host = text[..<colon]
    let isBracketed = host.first == "[" && host.last == "]"
    if isBracketed { host = host.dropFirst().dropLast() }
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let port = UInt16(digits),
      let address = IPAddress(String(host)), isBracketed == host.contains(":")
    else { throw Self.malformed(text) }
    self.init(address, port: port)
  }

  private static func malformed(_ text: String) -> ArchiveError {
    ArchiveError(
      .usage, "expected address:port, found '\(text)'",
      advice: "write it as 192.0.2.1:6969, or [2001:db8::1]:6969")
  }
}

extension Endpoint: CustomStringConvertible {
  public var description: String {
    address.isV4 ? "\(address):\(port)" : "[\(address)]:\(port)"
  }
}
