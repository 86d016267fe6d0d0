// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// The 20 bytes that name a swarm: an info hash, or the id of a numbered torrent.
///
/// Words and not an array, because each announce carries one.
public struct SwarmID: Hashable, Sendable {
  public static let byteCount = 20

  // Big-endian, so that `<` is the bytewise order.
  private let first: UInt64
  private let second: UInt64
  private let third: UInt32

  /// Reads 20 bytes at `offset`, which must be there.
  @inline(__always)
  public init(_ bytes: RawSpan, at offset: Int) {
    first = UInt64(bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
    second = UInt64(
      bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset + 8, as: UInt64.self))
    third = UInt32(
      bigEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset + 16, as: UInt32.self))
  }

  /// Reads the value of a query's parameter: 20 bytes, any of which may be percent-encoded (RFC 3986
  /// section 2.1); nil for any other count. A `+` is a plus sign.
  init?(percentEncoded text: RawSpan) {
    var words: (UInt64, UInt64, UInt64) = (0, 0, 0)
    var count = 0
    var offset = 0
    while offset < text.byteCount {
      guard let byte = text.percentDecoded(&offset), count < Self.byteCount else { return nil }
      switch count {
      case 0..<8: words.0 = words.0 << 8 | UInt64(byte)
      case 8..<16: words.1 = words.1 << 8 | UInt64(byte)
      default: words.2 = words.2 << 8 | UInt64(byte)
      }
      count += 1
    }
    guard count == Self.byteCount else { return nil }
    first = words.0
    second = words.1
    third = UInt32(truncatingIfNeeded: words.2)
  }

  private init(twentyBytes bytes: [UInt8]) { self.init(bytes.span.bytes, at: 0) }

  public init(_ torrent: TorrentID) { self.init(twentyBytes: torrent.bytes) }

  public init(_ hash: InfoHash) { self.init(twentyBytes: hash.bytes) }

  /// The bytes.
  public var infoHash: InfoHash? {
    withUnsafeBytes(of: (first.bigEndian, second.bigEndian, third.bigEndian)) {
      InfoHash(bytes: $0.prefix(Self.byteCount))
    }
  }

  /// Spreads ids over a table; `seed` keeps outsiders from choosing where theirs fall.
  @inline(__always)
  func spread(_ seed: UInt64) -> UInt64 {
    SwarmRandom.mixed(first ^ seed &+ second &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(third))
  }

  @inline(__always)
  public func write(to output: inout ByteWriter) {
    output.append(first)
    output.append(second)
    output.append(third)
  }
}

extension SwarmID: Comparable {
  /// Bytewise.
  public static func < (a: SwarmID, b: SwarmID) -> Bool {
    (a.first, a.second, a.third) < (b.first, b.second, b.third)
  }
}

extension SwarmID: CustomStringConvertible {
  /// 40 lower-case hexadecimal digits.
  public var description: String { infoHash?.description ?? "" }
}
