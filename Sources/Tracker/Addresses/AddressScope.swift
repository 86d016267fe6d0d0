// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// How far an address means anything.
public enum AddressScope: UInt8, Hashable, Comparable, Sendable {
  /// Everywhere.
  case global
  /// In one network: private, shared, link-local and unique local addresses.
  case site
  /// On one machine.
  case host

  public static func < (a: AddressScope, b: AddressScope) -> Bool { a.rawValue < b.rawValue }

  /// The scope of an IPv4 address: RFC 1122 (127/8), RFC 1918, RFC 6598 (100.64/10), RFC 3927
  /// (169.254/16), RFC 2544 (198.18/15).
  @inline(__always)
  init(v4 address: UInt32) {
    self =
      switch address >> 24 {
      case 127, 0: .host
      case 10: .site
      case 172 where address >> 20 & 0xF == 1: .site
      case 192 where address >> 16 & 0xFF == 168: .site
      case 169 where address >> 16 & 0xFF == 254: .site
      case 100 where address >> 22 & 3 == 1: .site
      case 198 where address >> 17 & 0x7F == 9: .site
      default: .global
      }
  }

  /// The scope of an IPv6 address: RFC 4291 (::1, fe80::/10), RFC 3879 (fec0::/10), RFC 4193
  /// (fc00::/7). One that leads to an IPv4 address has the scope of that: RFC 6052 (64:ff9b::/96),
  /// RFC 3056 (2002::/16), and RFC 4291's IPv4-compatible form.
  @inline(__always)
  init(high: UInt64, low: UInt64) {
    if high == 0 && low <= 1 {
      self = .host
    } else if high >> 57 == 0x7E || high >> 55 == 0x1FD {
      self = .site
    } else if high == 0x0064_FF9B << 32 || high == 0, low >> 32 == 0 {
      self.init(v4: UInt32(truncatingIfNeeded: low))
    } else if high >> 48 == 0x2002 {
      self.init(v4: UInt32(truncatingIfNeeded: high >> 16))
    } else {
      self = .global
    }
  }

  public init(_ address: IPAddress) {
    self =
      address.isV4
      ? AddressScope(v4: address.v4) : AddressScope(high: address.high, low: address.low)
  }
}
