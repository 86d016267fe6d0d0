// SPDX-License-Identifier: Apache-2.0

/// A SHA-256 value (FIPS 180-4), held in four words so that comparing and hashing allocate nothing.
public struct SHA256Digest: Hashable, Sendable {
  public static let byteCount = 32

  // Big-endian words, so that `<` is the bytewise order.
  private var words: (UInt64, UInt64, UInt64, UInt64)

  /// Reads the first 32 bytes of `bytes`; nil when there are fewer or more.
  public init?(bytes: UnsafeRawBufferPointer) {
    guard bytes.count == Self.byteCount else { return nil }
    func word(_ index: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: index * 8, as: UInt64.self))
    }
    words = (word(0), word(1), word(2), word(3))
  }

  /// Reads 32 bytes; nil for any other count.
  public init?(_ bytes: [UInt8]) {
    guard let digest = bytes.withUnsafeBytes({ SHA256Digest(bytes: $0) }) else { return nil }
    self = digest
  }

  /// Reads 64 hexadecimal digits of either case, without allocating; nil when malformed.
  public init?(hex: UnsafeRawBufferPointer) {
    guard hex.count == 2 * Self.byteCount else { return nil }
    func word(_ index: Int) -> UInt64? {
      func eight(_ offset: Int) -> UInt64? {
        Hex.eightDigits(hex.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
      }
      guard let high = eight(index * 16), let low = eight(index * 16 + 8) else { return nil }
      return high << 32 | low
    }
    guard let a = word(0), let b = word(1), let c = word(2), let d = word(3) else { return nil }
    words = (a, b, c, d)
  }

  /// Reads 64 hexadecimal digits; nil when malformed.
  public init?(hex: String) {
    var hex = hex
    guard let digest = hex.withUTF8({ SHA256Digest(hex: UnsafeRawBufferPointer($0)) }) else {
      return nil
    }
    self = digest
  }

  /// The digest of 32 zero bytes' value, BEP 52's padding leaf.
  public static let zero = SHA256Digest()

  private init() { words = (0, 0, 0, 0) }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    withUnsafeBytes { Array($0) }
  }

  /// Calls `body` with the 32 bytes.
  public func withUnsafeBytes<R>(_ body: (UnsafeRawBufferPointer) throws -> R) rethrows -> R {
    let big = (
      words.0.bigEndian, words.1.bigEndian, words.2.bigEndian, words.3.bigEndian
    )
    return try Swift.withUnsafeBytes(of: big, body)
  }

  /// A well-mixed word of the digest, for tables keyed by content.
  package var tableHash: UInt64 { words.0 }

  public static func == (a: SHA256Digest, b: SHA256Digest) -> Bool {
    a.words == b.words
  }

  public func hash(into hasher: inout Hasher) {
    // A digest is uniform already: one word says as much as four.
    hasher.combine(words.0)
  }
}

extension SHA256Digest: Comparable {
  public static func < (a: SHA256Digest, b: SHA256Digest) -> Bool { a.words < b.words }
}

extension SHA256Digest: CustomStringConvertible {
  /// 64 lower-case hexadecimal digits.
  public var description: String { withUnsafeBytes { Hex.string($0) } }
}
