// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import CSockets
internal import Glibc
internal import Tracker

extension Endpoint {
  /// Takes what the kernel says; nil for another family.
  init?(_ address: sockaddr_in6) {
    switch Int32(address.sin6_family) {
    case AF_INET6:
      self = withUnsafeBytes(of: address.sin6_addr) { bytes in
        let high = UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self))
        let low = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        return Endpoint(IPAddress(high: high, low: low), port: UInt16(bigEndian: address.sin6_port))
      }
    case AF_INET:
      // sockaddr_in has its port in the same place, and its address where flow information is here.
      self.init(
        IPAddress(v4: UInt32(bigEndian: address.sin6_flowinfo)),
        port: UInt16(bigEndian: address.sin6_port))
    default: return nil
    }
  }

  /// Calls `body` with what the kernel takes.
  func withSocketAddress<T>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> T) -> T {
    var address = sockaddr_in6()
    address.sin6_port = port.bigEndian
    let length: Int
    if self.address.isV4 {
      address.sin6_family = sa_family_t(AF_INET)
      address.sin6_flowinfo = self.address.v4.bigEndian
      length = MemoryLayout<sockaddr_in>.size
    } else {
      address.sin6_family = sa_family_t(AF_INET6)
      withUnsafeMutableBytes(of: &address.sin6_addr) { bytes in
        bytes.storeBytes(of: self.address.high.bigEndian, as: UInt64.self)
        bytes.storeBytes(of: self.address.low.bigEndian, toByteOffset: 8, as: UInt64.self)
      }
      length = MemoryLayout<sockaddr_in6>.size
    }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, socklen_t(length)) }
    }
  }

  /// Whether it stands for every address of the machine.
  var isWildcard: Bool {
    address.v4 == 0 && (address.isV4 || address.high == 0 && address.low == 0)
  }
}
