// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import CSockets
internal import Glibc
internal import Tracker

/// A socket that waits for requests at one address; several may share it, one for each worker.
struct ListenSocket: ~Copyable, Sendable {
  /// What it brings.
  enum Kind: Hashable, Sendable {
    case datagrams
    case connections
  }

  let descriptor: Descriptor
  /// With the port that the system chose, where it had to.
  let endpoint: Endpoint

  /// Binds to `endpoint`.
  ///
  /// - Throws: `ArchiveError` when the address cannot be had.
  init(_ kind: Kind, at endpoint: Endpoint) throws(ArchiveError) {
    let type = kind == .datagrams ? SOCK_DGRAM : SOCK_STREAM
    let number = socket(
      endpoint.address.isV4 ? AF_INET : AF_INET6,
      Int32(type.rawValue) | Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard number >= 0 else { throw .system(errno, "open a socket", endpoint.description) }
    let descriptor = Descriptor(owning: number, path: endpoint.description)
    Self.set(number, SOL_SOCKET, SO_REUSEADDR, 1)
    // The kernel spreads what comes over all sockets of one address.
    Self.set(number, SOL_SOCKET, SO_REUSEPORT, 1)
    if !endpoint.address.isV4 { Self.set(number, IPv6.level, IPv6.only, 1) }
    switch kind {
    case .datagrams: Self.prepareDatagrams(number, endpoint)
    case .connections:
      Self.set(number, Int32(IPPROTO_TCP), TCP_NODELAY, 1)
      // Wakes us when the request is there, not when the connection is; a second later in any case.
      Self.set(number, Int32(IPPROTO_TCP), TCP_DEFER_ACCEPT, 1)
    }
    guard endpoint.withSocketAddress({ bind(number, $0, $1) }) == 0 else {
      throw .system(errno, "listen", endpoint.description)
    }
    if kind == .connections, listen(number, 4096) != 0 {
      throw .system(errno, "listen", endpoint.description)
    }
    var bound = sockaddr_in6()
    var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let status = withUnsafeMutablePointer(to: &bound) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(number, $0, &length) }
    }
    self.descriptor = descriptor
    self.endpoint = status == 0 ? Endpoint(bound) ?? endpoint : endpoint
  }

  /// Room for bursts: what does not fit is lost, and its client waits 15 seconds (BEP 15).
  private static func prepareDatagrams(_ number: CInt, _ endpoint: Endpoint) {
    set(number, SOL_SOCKET, SO_RCVBUF, 4 << 20)
    set(number, SOL_SOCKET, SO_SNDBUF, 4 << 20)
    guard endpoint.isWildcard else { return }
    if endpoint.address.isV4 {
      set(number, Int32(IPPROTO_IP), IP_PKTINFO, 1)
    } else {
      set(number, IPv6.level, IPv6.receivePacketInfo, 1)
    }
  }

  private static func set(_ number: CInt, _ level: CInt, _ option: CInt, _ value: CInt) {
    var value = value
    setsockopt(number, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
  }
}

/// From <linux/in6.h>, where these are macros over macros.
private enum IPv6 {
  static let level: CInt = 41
  static let only: CInt = 26
  static let receivePacketInfo: CInt = 49
}
