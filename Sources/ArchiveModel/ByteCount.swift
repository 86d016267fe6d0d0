// SPDX-License-Identifier: Apache-2.0

/// A number of bytes, never negative.
public struct ByteCount: RawRepresentable, Hashable, Comparable, Sendable {
  public let rawValue: UInt64

  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Wraps `bytes`.
  public init(_ bytes: UInt64) { self.rawValue = bytes }

  public static let zero = ByteCount(0)

  public static func < (a: ByteCount, b: ByteCount) -> Bool { a.rawValue < b.rawValue }
}

extension ByteCount {
  /// Reads a number as people write it, with K, M or G of either case for powers of 1024; nil for
  /// anything else, and above 2^60.
  public init?(scaled text: String) {
    let shifts: [Character: UInt64] = ["k": 10, "m": 20, "g": 30]
    let shift = text.lowercased().last.flatMap { shifts[$0] }
    let digits = shift == nil ? text[...] : text.dropLast()
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(digits),
      number <= 1 << (60 - (shift ?? 0))
    else { return nil }
    self.init(number << (shift ?? 0))
  }
}

extension ByteCount: CustomStringConvertible {
  public var description: String { String(rawValue) }
}
