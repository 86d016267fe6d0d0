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

extension ByteCount: CustomStringConvertible {
  public var description: String { String(rawValue) }
}
