// SPDX-License-Identifier: Apache-2.0

private import ArchiveModel
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle

/// Serves an archive, and its overlay, over HTTP/1.1.
package struct HTTPSeeder: Service {
  private let configuration: SeederConfiguration
  private let onListening: @Sendable ([String]) -> Void

  /// `onListening` gets the addresses as `host:port`, in the order of the configuration, once all
  /// of them accept connections; with port 0, that is where the port shows.
  package init(
    configuration: SeederConfiguration, onListening: @escaping @Sendable ([String]) -> Void
  ) {
    self.configuration = configuration
    self.onListening = onListening
  }

  /// Serves until a graceful shutdown, which lets responses under way finish for as long as the
  /// limits say, or until the task is cancelled, which does not.
  ///
  /// - Throws: `ArchiveError` when an address cannot be listened on, or no longer.
  package func run() async throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: System.coreCount)
    let pool = NIOThreadPool(numberOfThreads: max(1, configuration.limits.openingThreads))
    pool.start()
    let listener = Listener(
      group: group, pool: pool, site: ArchiveSite(configuration), limits: configuration.limits,
      connections: ConnectionTable())
    let result: Result<Void, any Error>
    do {
      result = .success(try await serve(listener))
    } catch {
      result = .failure(error)
    }
    // The pool first: what it still opens is delivered to a loop.
    try? await pool.shutdownGracefully()
    try? await group.shutdownGracefully()
    try result.get()
  }

  private func serve(_ listener: Listener) async throws {
    var channels: [any Channel] = []
    let result: Result<Void, any Error>
    do {
      for address in configuration.addresses {
        channels.append(try await listener.listen(on: address))
      }
      onListening(channels.compactMap { $0.localAddress?.hostAndPort })
      result = .success(try await untilEnd(of: channels))
    } catch {
      result = .failure(error)
    }
    for channel in channels { try? await channel.close().get() }
    await drain(listener)
    try result.get()
  }

  private enum End: Sendable {
    case shutdown
    case listenerClosed(String)
  }

  /// Waits without a thread: for a signal by way of the service group, for a cancellation, or for
  /// a listening socket that fails.
  private func untilEnd(of channels: [any Channel]) async throws {
    let (ends, continuation) = AsyncStream.makeStream(of: End.self)
    for channel in channels {
      let address = channel.localAddress?.hostAndPort ?? "socket"
      channel.closeFuture.whenComplete { _ in continuation.yield(.listenerClosed(address)) }
    }
    let end = await withGracefulShutdownHandler {
      // Nil when the task is cancelled.
      await ends.first { _ in true }
    } onGracefulShutdown: {
      continuation.yield(.shutdown)
    }
    if case .listenerClosed(let address) = end {
      throw ArchiveError(
        .system, "the listening socket closed", at: ArchiveError.Place(file: address))
    }
  }

  private func drain(_ listener: Listener) async {
    let connections = listener.connections
    let loop = listener.group.next()
    let drained = connections.drain(on: loop)
    let deadline = loop.scheduleTask(in: TimeAmount(configuration.limits.drain)) {
      connections.closeAll()
    }
    await withTaskCancellationHandler {
      try? await drained.get()
    } onCancel: {
      connections.closeAll()
    }
    deadline.cancel()
  }
}

extension SocketAddress {
  /// `127.0.0.1:80`, `[::1]:80`; nil for what is not of the Internet.
  fileprivate var hostAndPort: String? {
    guard let ipAddress, let port, let port = UInt16(exactly: port) else { return nil }
    return ListenAddress(host: ipAddress, port: port).description
  }
}
