// SPDX-License-Identifier: Apache-2.0

/// The 20 bytes that a client calls itself by (BEP 20).
public struct PeerID: Hashable, Sendable {
  public static let byteCount = 20

  /// The 20 bytes.
  public let bytes: [UInt8]

  /// Takes 20 bytes; nil for any other count.
  public init?(_ bytes: some Collection<UInt8>) {
    guard bytes.count == Self.byteCount else { return nil }
    self.bytes = Array(bytes)
  }

  /// An id of this program, in the style of Azureus: `-AT` and a version of four digits, and twelve
  /// random characters.
  public init(using random: inout some RandomNumberGenerator) {
    let digits = Array("0123456789abcdefghijklmnopqrstuvwxyz".utf8)
    bytes =
      Array("-AT0001-".utf8)
      + (0..<12).map { _ in digits[Int.random(in: 0..<digits.count, using: &random)] }
  }
}

extension PeerID: CustomStringConvertible {
  /// Printable characters as they are, all others as dots.
  public var description: String {
    String(decoding: bytes.map { (0x20..<0x7F).contains($0) ? $0 : 0x2E }, as: UTF8.self)
  }
}
