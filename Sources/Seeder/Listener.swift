// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// Accepts connections and gives each its pipeline.
struct Listener: Sendable {
  /// What is spoken on a connection.
  enum Dialect: Sendable {
    case plain
    case secure(SecureTransport)
    /// For operators.
    case admin(AdminPages)
    /// The peer wire of BitTorrent.
    case peers
  }

  let group: MultiThreadedEventLoopGroup
  let shared: Shared
  let workers: Workers

  /// Listens on `address`, the first one its host name resolves to.
  ///
  /// - Throws: `ArchiveError` when the name does not resolve or the address cannot be had.
  func listen(
    on address: ListenAddress, _ dialect: Dialect
  ) async throws(ArchiveError) -> any Channel {
    do {
      switch address {
      case .host(let host, let port):
        let socketAddress = try await resolve(host, port, address)
        return try await bootstrap(socketAddress, dialect).bind(to: socketAddress).get()
      case .unix(let path):
        // A socket file that a killed process left behind.
        return try await bootstrap(nil, dialect)
          .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true).get()
      case .inherited(let number):
        return try await bootstrap(nil, dialect).withBoundSocket(number).get()
      }
    } catch let error as ArchiveError {
      throw error
    } catch let error as IOError {
      throw .system(error.errnoCode, "listen", address.description)
    } catch {
      throw ArchiveError(
        .system, "cannot listen: \(error)", at: ArchiveError.Place(file: address.description))
    }
  }

  private func resolve(
    _ host: String, _ port: UInt16, _ address: ListenAddress
  ) async throws(ArchiveError) -> SocketAddress {
    do {
      return try await shared.pool.runIfActive {
        try SocketAddress.makeAddressResolvingHost(host, port: Int(port))
      }
    } catch {
      throw ArchiveError(
        .configuration, "the host name to listen on is unknown",
        at: ArchiveError.Place(file: address.description))
    }
  }

  private func bootstrap(_ address: SocketAddress?, _ dialect: Dialect) -> ServerBootstrap {
    let isLocal = address == nil
    var bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: shared.limits.backlog)
      .serverChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(AcceptPause())
        }
      }
      // A client may close its sending side when it has asked for all it wants.
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      // A connection keeps its buffer while it waits; it grows for who sends many requests at once.
      .childChannelOption(
        .recvAllocator,
        value: AdaptiveRecvByteBufferAllocator(minimum: 256, initial: 256, maximum: 64 << 10)
      )
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try configure(channel, dialect) }
      }
    guard !isLocal else { return bootstrap }
    // A restart must not wait for the old connections' TIME_WAIT.
    bootstrap = bootstrap.serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      .childChannelOption(.tcpOption(.unsentLowWater), value: .init(shared.limits.unsentBytes))
    guard case .v6 = address else { return bootstrap }
    // `[::]` means the IPv6 side only, so that it can be listed beside 0.0.0.0.
    let only6 = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
    return bootstrap.serverChannelOption(only6, value: 1)
  }

  private func configure(_ channel: any Channel, _ dialect: Dialect) throws {
    let address = channel.remoteAddress
    let worker = try workers.on(channel.eventLoop)
    let pipeline = channel.pipeline.syncOperations
    if case .admin(let pages) = dialect {
      let connection = HTTP1Connection(
        worker: worker, copies: false, verdict: .served, address: address, admin: pages)
      return try pipeline.addHandler(connection)
    }
    if case .peers = dialect { return try configurePeer(channel, worker) }
    let admission = shared.admission
    let verdict = admission.enter(address)
    guard verdict != .closed else { throw ChannelError.ioOnClosedChannel }
    channel.closeFuture.whenComplete { _ in admission.leave(address, verdict) }
    switch dialect {
    case .plain, .admin, .peers:
      try pipeline.addHandler(
        HTTP1Connection(worker: worker, copies: false, verdict: verdict, address: address))
    case .secure(let transport):
      try transport.configure(channel, worker: worker, verdict: verdict, address: address)
    }
  }

  private func configurePeer(_ channel: any Channel, _ worker: Worker) throws {
    let address = channel.remoteAddress
    let admission = shared.peerAdmission
    let verdict = admission.enter(address)
    guard verdict != .closed else { throw ChannelError.ioOnClosedChannel }
    channel.closeFuture.whenComplete { _ in admission.leave(address, verdict) }
    try channel.pipeline.syncOperations.addHandler(
      PeerConnection(worker: worker, verdict: verdict, address: address))
  }
}

extension NIOBSDSocket.Option {
  /// TCP_NOTSENT_LOWAT of tcp(7).
  fileprivate static let unsentLowWater = NIOBSDSocket.Option(rawValue: TCP_NOTSENT_LOWAT)
}
