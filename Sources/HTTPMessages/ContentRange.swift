// SPDX-License-Identifier: Apache-2.0

/// What Content-Range says (RFC 9110 section 14.4).
public struct ContentRange: Hashable, Sendable, CustomStringConvertible {
  /// The bytes that a 206 has, at least one; nil in a 416.
  public let bytes: Range<UInt64>?
  /// How many the representation has.
  public let size: UInt64

  public init(_ bytes: Range<UInt64>?, of size: UInt64) {
    self.bytes = bytes
    self.size = size
  }

  public var description: String {
    guard let bytes else { return "bytes */\(size)" }
    return "bytes \(bytes.lowerBound)-\(bytes.upperBound - 1)/\(size)"
  }
}
