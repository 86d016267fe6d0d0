// SPDX-License-Identifier: Apache-2.0

/// The 20 bytes that name a standard torrent on the wire and to a tracker.
public struct InfoHash: Hashable, Sendable {
  public static let byteCount = 20

  /// The 20 bytes.
  public let bytes: [UInt8]

  /// The first 20 bytes of `digest`, the SHA-256 of a BEP 52 info dictionary.
  public init(truncating digest: SHA256Digest) {
    bytes = Array(digest.bytes.prefix(Self.byteCount))
  }

  /// Takes 20 bytes, as the SHA-1 of a BEP 3 info dictionary; nil for any other count.
  public init?(bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = Array(bytes)
  }

  /// Reads 40 hexadecimal digits of either case; nil when malformed.
  public init?(hex: String) {
    guard let bytes = Hex.decode(hex) else { return nil }
    self.init(bytes: bytes)
  }
}

extension InfoHash: CustomStringConvertible {
  /// 40 lower-case hexadecimal digits.
  public var description: String { Hex.string(bytes) }
}

extension InfoHash: Comparable {
  /// Bytewise.
  public static func < (a: InfoHash, b: InfoHash) -> Bool {
    a.bytes.lexicographicallyPrecedes(b.bytes)
  }
}
