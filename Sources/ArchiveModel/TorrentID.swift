// SPDX-License-Identifier: Apache-2.0

/// The 20-byte identity of a numbered torrent, which is not a hash of its content.
public struct TorrentID: Hashable, Sendable {
  public static let byteCount = 20

  /// The 20 bytes.
  public let bytes: [UInt8]

  /// The first 20 bytes of `headerDigest`, the SHA-256 over the torrent's header stanza.
  public init(headerDigest: SHA256Digest) {
    bytes = Array(headerDigest.bytes.prefix(Self.byteCount))
  }

  /// Takes 20 bytes; nil for any other count.
  public init?(bytes: [UInt8]) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = bytes
  }

  /// Reads 40 hexadecimal digits; nil when malformed.
  public init?(hex: String) {
    guard let bytes = Hex.decode(hex) else { return nil }
    self.init(bytes: bytes)
  }
}

extension TorrentID: CustomStringConvertible {
  /// 40 lower-case hexadecimal digits.
  public var description: String { Hex.string(bytes) }
}
