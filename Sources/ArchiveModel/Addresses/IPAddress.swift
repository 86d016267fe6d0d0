// SPDX-License-Identifier: Apache-2.0

private import Glibc

/// An address of either family in 16 bytes; IPv4 as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
public struct IPAddress: Hashable, Sendable {
  /// The first eight bytes, as a big-endian number.
  public let high: UInt64
  /// The last eight bytes, as a big-endian number.
  public let low: UInt64

  /// Takes the two halves; a mapped address is an IPv4 address.
  @inlinable
  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// Takes an IPv4 address as a big-endian number.
  @inlinable
  public init(v4 number: UInt32) { self.init(high: 0, low: 0xFFFF << 32 | UInt64(number)) }

  /// Whether this is an IPv4 address.
  @inlinable
  public var isV4: Bool { high == 0 && low >> 32 == 0xFFFF }

  /// The IPv4 address as a big-endian number; the last four bytes of any other.
  @inlinable
  public var v4: UInt32 { UInt32(truncatingIfNeeded: low) }

  @inlinable
  public var family: AddressFamily { isV4 ? .v4 : .v6 }

  /// 127.0.0.0/8 or ::1.
  public var isLoopback: Bool { isV4 ? v4 >> 24 == 127 : high == 0 && low == 1 }

  /// Reads `192.0.2.1` or `2001:db8::1`; nil for anything else.
  public init?(_ text: String) {
    var four = in_addr()
    var six = in6_addr()
    if inet_pton(AF_INET, text, &four) == 1 {
      self.init(v4: UInt32(bigEndian: four.s_addr))
    } else if inet_pton(AF_INET6, text, &six) == 1 {
      self = withUnsafeBytes(of: six) { bytes in
        IPAddress(
          high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
          low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
      }
    } else {
      return nil
    }
  }
}

/// The two address families of the Internet.
public enum AddressFamily: Int, Hashable, Sendable, CaseIterable {
  case v4, v6
}

extension IPAddress: CustomStringConvertible {
  public var description: String {
    // INET6_ADDRSTRLEN is 46.
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 46) { text in
      guard let start = text.baseAddress else { return "" }
      if isV4 {
        var four = in_addr(s_addr: v4.bigEndian)
        inet_ntop(AF_INET, &four, start, 46)
      } else {
        var halves = (high.bigEndian, low.bigEndian)
        inet_ntop(AF_INET6, &halves, start, 46)
      }
      return String(cString: start)
    }
  }
}
