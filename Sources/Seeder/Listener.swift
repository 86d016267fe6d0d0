// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Glibc
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Accepts connections and gives each its pipeline.
struct Listener: Sendable {
  let group: MultiThreadedEventLoopGroup
  let pool: NIOThreadPool
  let site: ArchiveSite
  let limits: SeederLimits
  let connections: ConnectionTable

  /// Listens on `address`, the first one its host name resolves to.
  ///
  /// - Throws: `ArchiveError` when the name does not resolve or the address cannot be had.
  func listen(on address: ListenAddress) async throws(ArchiveError) -> any Channel {
    let place = ArchiveError.Place(file: address.description)
    let socketAddress: SocketAddress
    do {
      socketAddress = try await pool.runIfActive {
        try SocketAddress.makeAddressResolvingHost(address.host, port: Int(address.port))
      }
    } catch {
      throw ArchiveError(.configuration, "the host name to listen on is unknown", at: place)
    }
    do {
      return try await bootstrap(for: socketAddress).bind(to: socketAddress).get()
    } catch let error as IOError {
      throw .system(error.errnoCode, "listen", address.description)
    } catch {
      throw ArchiveError(.system, "cannot listen: \(error)", at: place)
    }
  }

  private func bootstrap(for address: SocketAddress) -> ServerBootstrap {
    let bootstrap = ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: limits.backlog)
      // A restart must not wait for the old connections' TIME_WAIT.
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
      // A client may close its sending side when it has asked for all it wants.
      .childChannelOption(.allowRemoteHalfClosure, value: true)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try configure(channel) }
      }
    guard case .v6 = address else { return bootstrap }
    // `[::]` means the IPv6 side only, so that it can be listed beside 0.0.0.0.
    let only6 = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)
    return bootstrap.serverChannelOption(only6, value: 1)
  }

  private func configure(_ channel: any Channel) throws {
    guard connections.add(channel) else { throw ChannelError.ioOnClosedChannel }
    let pipeline = channel.pipeline.syncOperations
    // Pipelining assistance hands requests on one by one, and reads no more while one is answered:
    // a client that pipelines without reading is stopped by its own socket.
    try pipeline.configureHTTPServerPipeline(
      withPipeliningAssistance: true, withErrorHandling: false)
    try pipeline.addHandler(RequestHandler(site: site, pool: pool, limits: limits))
  }
}
