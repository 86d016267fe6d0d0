// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// Whose turn it is, where everybody gets the same: a network and an address in it.
///
/// Whoever has one address of a /24, or of an IPv6 /64, mostly has the others as well.
package struct NetworkKey: Hashable, Sendable {
  /// The first 24 bits of an IPv4 address, or 64 of an IPv6 one.
  package let network: UInt64
  /// The rest of it.
  package let host: UInt64
  let isIPv6: Bool

  private init(network: UInt64, host: UInt64, isIPv6: Bool) {
    self.network = network
    self.host = host
    self.isIPv6 = isIPv6
  }

  /// Of an IPv4 address in network order.
  package init(ipv4 bytes: UnsafeRawBufferPointer) {
    let number = bytes.prefix(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    self.init(network: number >> 8, host: number & 0xFF, isIPv6: false)
  }

  /// Of an IPv6 address; one that stands for an IPv4 address (RFC 4291, section 2.5.5.2) is that.
  package init(ipv6 bytes: UnsafeRawBufferPointer) {
    let high = bytes.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    let low = bytes.dropFirst(8).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if high == 0, low >> 32 == 0xFFFF {
      self.init(network: low >> 8 & 0xFF_FFFF, host: low & 0xFF, isIPv6: false)
    } else {
      self.init(network: high, host: low, isIPv6: true)
    }
  }

  /// Of who is connected; all by Unix domain sockets are one.
  init(_ address: SocketAddress?) {
    guard let address else {
      self.init(network: .max, host: 0, isIPv6: false)
      return
    }
    self = address.withSockAddr { pointer, size in
      let bytes = UnsafeRawBufferPointer(start: pointer, count: size)
      return switch address {
      case .v4 where size >= 8: NetworkKey(ipv4: UnsafeRawBufferPointer(rebasing: bytes[4..<8]))
      // Behind family and port, 4 bytes of flow information.
      case .v6 where size >= 24: NetworkKey(ipv6: UnsafeRawBufferPointer(rebasing: bytes[8..<24]))
      default: NetworkKey(network: .max, host: 0, isIPv6: false)
      }
    }
  }

  /// What the network alone is known by.
  package var networkOnly: NetworkKey {
    NetworkKey(network: network, host: 0, isIPv6: isIPv6)
  }
}
