// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A URL with scheme and host, whose characters are those that RFC 3986 allows.
public struct AbsoluteURL: Hashable, Sendable {
  /// The longest URL accepted, in bytes; servers refuse longer ones.
  public static let maximumLength = 8192

  /// The URL as it came.
  public let string: String
  /// In lower case, as `http`.
  public let scheme: String

  /// Takes `string` as it is; nil when it is no such URL.
  public init?(_ string: String) {
    let bytes = Array(string.utf8)
    guard bytes.count <= Self.maximumLength, bytes.allSatisfy(Self.isAllowed),
      PercentEncoding.decode(bytes) != nil,
      let colon = bytes.firstIndex(of: 0x3A), Self.isScheme(bytes[..<colon]),
      bytes[(colon + 1)...].starts(with: [0x2F, 0x2F])
    else { return nil }
    let authority = bytes[(colon + 3)...].prefix { ![0x2F, 0x3F, 0x23].contains($0) }
    let host = authority.lastIndex(of: 0x40).map { authority[($0 + 1)...] } ?? authority
    guard Self.isHost(host) else { return nil }
    self.string = string
    scheme = String(decoding: bytes[..<colon], as: UTF8.self).lowercased()
  }

  /// The host and the port, unless that is the scheme's own, in lower case: what the Host field of
  /// its requests says (RFC 9110 section 7.2).
  public var host: String {
    let authority = string.utf8.dropFirst(scheme.utf8.count + 3)
      .prefix { ![0x2F, 0x3F, 0x23].contains($0) }
    let host = authority.lastIndex(of: 0x40).map { authority[authority.index(after: $0)...] }
    return Self.host(String(Substring(host ?? authority)), scheme: scheme)
  }

  /// `text` in lower case and without the port that is the scheme's own.
  public static func host(_ text: String, scheme: String) -> String {
    let text = text.lowercased()
    let port = scheme == "http" ? ":80" : scheme == "https" ? ":443" : ":"
    return text.hasSuffix(port) ? String(text.dropLast(port.utf8.count)) : text
  }

  /// Whether a client of HTTP or FTP can fetch it.
  public var isFetchable: Bool { ["http", "https", "ftp"].contains(scheme) }

  /// Whether it can be a tracker's.
  public var isTracker: Bool { ["http", "https", "udp", "ws", "wss"].contains(scheme) }

  /// The URL as that of a directory, with `/` at its end.
  public var directory: AbsoluteURL {
    string.utf8.last == 0x2F ? self : AbsoluteURL(unchecked: string + "/", scheme: scheme)
  }

  /// The URL of `path` below this one.
  public func appending(_ path: ArchivePath) -> AbsoluteURL {
    AbsoluteURL(unchecked: directory.string + PercentEncoding.encode(path), scheme: scheme)
  }

  private init(unchecked string: String, scheme: String) {
    self.string = string
    self.scheme = scheme
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    // " < > \ ^ ` { | }
    case 0x22, 0x3C, 0x3E, 0x5C, 0x5E, 0x60, 0x7B...0x7D: false
    default: (0x21...0x7E).contains(byte)
    }
  }

  private static func isScheme(_ bytes: ArraySlice<UInt8>) -> Bool {
    guard let first = bytes.first, isLetter(first) else { return false }
    return bytes.allSatisfy { isLetter($0) || isDigit($0) || [0x2B, 0x2D, 0x2E].contains($0) }
  }

  private static func isHost(_ bytes: ArraySlice<UInt8>) -> Bool {
    var name = bytes
    var port: ArraySlice<UInt8> = []
    // Colons within brackets belong to an IPv6 address.
    if let colon = bytes.lastIndex(of: 0x3A), !bytes[colon...].contains(0x5D) {
      name = bytes[..<colon]
      port = bytes[(colon + 1)...]
    }
    if name.first == 0x5B {
      guard name.count > 2, name.last == 0x5D else { return false }
      name = name.dropFirst().dropLast().filter { $0 != 0x3A }[...]
    }
    guard !name.contains(where: { [0x3A, 0x5B, 0x5D].contains($0) }) else { return false }
    guard port.allSatisfy(isDigit), port.count <= 5 else { return false }
    return !name.isEmpty && (Int(String(decoding: port, as: UTF8.self)) ?? 0) <= 65535
  }

  private static func isLetter(_ byte: UInt8) -> Bool {
    (0x61...0x7A).contains(byte | 0x20)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}

extension AbsoluteURL: CustomStringConvertible {
  public var description: String { string }
}
