// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import Glibc
internal import NIOCore
internal import NIOPosix
internal import Tracker

/// Resolves a name, leaving out addresses that a redirect must not lead to: nobody on the net sends
/// this client into its own network.
final class ScopedResolver: Resolver, Sendable {
  private let four: EventLoopPromise<[SocketAddress]>
  private let six: EventLoopPromise<[SocketAddress]>
  private let pool: NIOThreadPool
  private let scope: AddressScope

  init(loop: any EventLoop, pool: NIOThreadPool, scope: AddressScope) {
    four = loop.makePromise()
    six = loop.makePromise()
    self.pool = pool
    self.scope = scope
  }

  func initiateAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    four.futureResult
  }

  /// getaddrinfo(3) answers for both families, in the order of RFC 6724; NIO asks for this one first.
  func initiateAAAAQuery(host: String, port: Int) -> EventLoopFuture<[SocketAddress]> {
    let (four, six, scope) = (four, six, scope)
    pool.submit { state in
      guard case .active = state else {
        return Self.fail(four, six, ChannelError.ioOnClosedChannel)
      }
      switch Self.addresses(host, port) {
      case .failure(let error): Self.fail(four, six, error)
      case .success(let all):
        let allowed = all.filter { address in
          IPAddress(address).map { AddressScope($0) <= scope } ?? false
        }
        guard !allowed.isEmpty else {
          return Self.fail(four, six, NameFailure(reason: "a private address, where none may be"))
        }
        six.succeed(allowed.filter { $0.protocol == .inet6 })
        four.succeed(allowed.filter { $0.protocol == .inet })
      }
    }
    return six.futureResult
  }

  func cancelQueries() {}

  private static func fail(
    _ four: EventLoopPromise<[SocketAddress]>, _ six: EventLoopPromise<[SocketAddress]>,
    _ error: any Error
  ) {
    six.fail(error)
    four.fail(error)
  }

  /// All addresses of a name, in the order of RFC 6724; waits for the net.
  static func addresses(
    _ host: String, _ port: Int
  ) -> Result<[SocketAddress], NameFailure> {
    var hints = addrinfo()
    hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let status = getaddrinfo(host, String(port), &hints, &list)
    guard status == 0 else {
      let own = loopback(host, port)
      guard own.isEmpty else { return .success(own) }
      return .failure(NameFailure(reason: String(cString: gai_strerror(status))))
    }
    defer { freeaddrinfo(list) }
    var found: [SocketAddress] = []
    var entry = list
    while let current = entry?.pointee, found.count < 64 {
      if let address = current.ai_addr { SocketAddress(address).map { found.append($0) } }
      entry = current.ai_next
    }
    return .success(found)
  }

  /// The machine's own names, where nothing that getaddrinfo(3) asks knows them, as in a container
  /// without hosts(5).
  static func loopback(_ host: String, _ port: Int) -> [SocketAddress] {
    guard LoopbackHost.isName(host) else { return [] }
    return ["127.0.0.1", "::1"].compactMap { try? SocketAddress(ipAddress: $0, port: port) }
  }

  /// What a failed connection says to people.
  static func reason(_ error: any Error) -> String {
    switch error {
    case let error as NIOConnectionError:
      if let failure = error.dnsAAAAError ?? error.dnsAError {
        return "\(error.host): \(failure)"
      }
      return error.connectionErrors.first.map { "\($0.target): \(reason($0.error))" }
        ?? "\(error.host) has no address"
    case let error as IOError: return String(cString: strerror(error.errnoCode))
    case ChannelError.connectTimeout: return "timed out"
    default: return "\(error)"
    }
  }
}

/// Why a name leads nowhere.
struct NameFailure: Error, CustomStringConvertible {
  let reason: String
  var description: String { reason }
}

extension SocketAddress {
  /// An address of either family; nil for others.
  fileprivate init?(_ address: UnsafeMutablePointer<sockaddr>) {
    let raw = UnsafeMutableRawPointer(address)
    // Linux has the family first. By its name it is a member of more than one module.
    switch CInt(raw.loadUnaligned(as: sa_family_t.self)) {
    case AF_INET: self.init(raw.loadUnaligned(as: sockaddr_in.self))
    case AF_INET6: self.init(raw.loadUnaligned(as: sockaddr_in6.self))
    default: return nil
    }
  }
}

extension IPAddress {
  /// The address of a socket; nil where it has none.
  init?(_ address: SocketAddress) {
    guard let text = address.ipAddress else { return nil }
    self.init(text)
  }
}
