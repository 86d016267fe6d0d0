// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// An address prefix, `192.0.2.0/24` (RFC 4632 section 3.1) or `2001:db8::/32`.
public struct Network: Hashable, Sendable {
  private let prefix: IPAddress
  private let highMask: UInt64
  private let lowMask: UInt64

  /// Reads a prefix, or an address alone.
  ///
  /// - Throws: `ArchiveError` with EX_USAGE.
  public init(_ text: String) throws(ArchiveError) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(String(parts[0])) else { throw Self.malformed(text) }
    let whole = address.isV4 ? 32 : 128
    guard let length = parts.count == 1 ? whole : Int(parts[1]), (0...whole).contains(length) else {
      throw Self.malformed(text)
    }
    // IPv4 lies in the last 32 of 128 bits.
    let bits = length + 128 - whole
    highMask = bits >= 64 ? .max : ~(.max >> UInt64(bits))
    lowMask = bits <= 64 ? 0 : ~(bits == 128 ? 0 : .max >> UInt64(bits - 64))
    prefix = IPAddress(high: address.high & highMask, low: address.low & lowMask)
  }

  /// Whether `address` lies in it.
  public func contains(_ address: IPAddress) -> Bool {
    address.high & highMask == prefix.high && address.low & lowMask == prefix.low
  }

  private static func malformed(_ text: String) -> ArchiveError {
    ArchiveError(.usage, "expected a network as 192.0.2.0/24 or 2001:db8::/32, found '\(text)'")
  }
}

/// Which peers count as near each other: those of one /24, of one /48, or of one of the networks
/// that the operator has named.
public struct Localities: Sendable {
  private let networks: [Network]

  public init(_ networks: [Network] = []) { self.networks = networks }

  /// The same for two addresses that are near each other.
  @inline(__always)
  func key(of address: IPAddress) -> UInt64 {
    if !networks.isEmpty, let index = networks.firstIndex(where: { $0.contains(address) }) {
      return 1 << 63 | UInt64(index)
    }
    // Bit 62 keeps the families apart; a global prefix of 48 bits stays below it.
    return address.isV4 ? UInt64(address.v4 >> 8) : 1 << 62 | address.high >> 16
  }
}
