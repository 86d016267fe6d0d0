// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
internal import Glibc
package import Logging
internal import NIOCore
internal import NIOPosix
internal import ServiceLifecycle
internal import UnixSignals

/// Serves an archive, and its overlay, over HTTP and to peers.
package struct HTTPSeeder: Service {
  private let configuration: SeederConfiguration
  private let metrics: [@Sendable () -> String]
  private let pages: [String: @Sendable () -> String]
  private let tracker: (@Sendable () -> TrackerStatus?)?
  private let logger: Logger
  private let onListening: @Sendable ([String]) -> Void

  /// Prepares to serve.
  ///
  /// - Parameters:
  ///   - configuration: what is served, and where.
  ///   - metrics: further metrics in Prometheus's text format, of other services of the process.
  ///   - pages: further pages of text for operators, by path; they may take their time.
  ///   - tracker: what a tracker of the process says of itself; nil where there is none.
  ///   - logger: told of trouble.
  ///   - onListening: gets the addresses as `host:port`, in the order of the configuration (plain,
  ///     TLS, peers, admin), once all of them accept connections; with port 0, that is where the port
  ///     shows.
  package init(
    configuration: SeederConfiguration,
    metrics: [@Sendable () -> String] = [],
    pages: [String: @Sendable () -> String] = [:],
    tracker: (@Sendable () -> TrackerStatus?)? = nil,
    logger: Logger = Logger(label: "seeder") { _ in SwiftLogNoOpLogHandler() },
    onListening: @escaping @Sendable ([String]) -> Void
  ) {
    self.configuration = configuration
    self.metrics = metrics
    self.pages = pages
    self.tracker = tracker
    self.logger = logger
    self.onListening = onListening
  }

  /// Serves until a graceful shutdown, which lets responses under way finish for as long as the
  /// limits say, or until the task is cancelled, which does not.
  ///
  /// - Throws: `ArchiveError` when an address cannot be listened on, or no longer.
  package func run() async throws {
    // Whoever sends it before we listen for it means no end.
    signal(SIGHUP, SIG_IGN)
    let log = try configuration.accessLog.map { path throws(ArchiveError) in
      try AccessLog(path: path)
    }
    let loops = max(1, configuration.threads ?? System.coreCount)
    SpareMemory.bound(loops: loops)
    let group = MultiThreadedEventLoopGroup(numberOfThreads: loops)
    let pool = NIOThreadPool(numberOfThreads: max(1, configuration.limits.readers))
    pool.start()
    let shared = Shared(
      configuration, pool: pool, knowledge: Knowledge(), log: log)
    let workers = Workers(group, shared: shared)
    shared.knowledge.onChange { workers.forEach { $0.update() } }
    let result: Result<Void, any Error>
    do {
      result = .success(
        try await serve(Listener(group: group, shared: shared, workers: workers)))
    } catch {
      result = .failure(error)
    }
    _ = try? await workers.collect { $0.stop() }
    shared.knowledge.finish()
    log?.flush()
    // The pool first: what it still opens is delivered to a loop.
    try? await pool.shutdownGracefully()
    try? await group.shutdownGracefully()
    try result.get()
  }

  private func serve(_ listener: Listener) async throws {
    var channels: [any Channel] = []
    let monitor = Monitor(
      shared: listener.shared, workers: listener.workers, tracker: tracker, logger: logger)
    let result: Result<Void, any Error>
    do {
      for address in configuration.addresses {
        channels.append(try await listener.listen(on: address, .plain))
      }
      let transport = try configuration.tls.map { files throws(ArchiveError) in
        try SecureTransport(files)
      }
      if let tls = configuration.tls, let transport {
        for address in tls.addresses {
          channels.append(try await listener.listen(on: address, .secure(transport)))
        }
      }
      for address in configuration.peers {
        channels.append(try await listener.listen(on: address, .peers))
      }
      if let admin = configuration.admin {
        let pages = AdminPages(monitor: monitor, metrics: metrics, pages: pages)
        channels.append(try await listener.listen(on: admin, .admin(pages)))
      }
      onListening(channels.map { $0.localAddress?.listened ?? "" })
      result = .success(try await attend(channels, listener, transport, monitor))
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

  /// Keeps up with the ledger until the end.
  private func attend(
    _ channels: [any Channel], _ listener: Listener, _ transport: SecureTransport?,
    _ monitor: Monitor
  ) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      let keeper = CatalogKeeper(
        configuration, knowledge: listener.shared.knowledge, logger: logger,
        troubles: listener.shared.troubles)
      group.addTask { await keeper.run() }
      group.addTask { await monitor.run() }
      group.addTask { await keeper.verify() }
      group.addTask { await SpareMemory.keepLow() }
      let scrubber = Scrubber(configuration, knowledge: listener.shared.knowledge, logger: logger)
      group.addTask { await scrubber.run() }
      if !configuration.peers.isEmpty {
        let peers = PeerKnowledgeKeeper(
          configuration, ledger: listener.shared.ledger, knowledge: listener.shared.knowledge,
          logger: logger)
        group.addTask { await peers.run() }
      }
      group.addTask {
        for await _ in await UnixSignalsSequence(trapping: .sighup) {
          listener.shared.log?.reopen()
          reload(transport, listener.shared.troubles)
        }
      }
      defer { group.cancelAll() }
      try await untilEnd(of: channels)
    }
  }

  private func reload(_ transport: SecureTransport?, _ troubles: Troubles) {
    do throws(ArchiveError) {
      try transport?.reload()
      troubles[.certificate] = nil
      logger.notice("reloaded", metadata: ["certificate": transport == nil ? "none" : "read anew"])
    } catch {
      troubles[.certificate] = "\(error)"
      logger.error("still with the old certificate", metadata: ["reason": "\(error)"])
    }
  }

  /// Waits without a thread: for a signal by way of the service group, for a cancellation, or for
  /// a listening socket that fails.
  private func untilEnd(of channels: [any Channel]) async throws {
    let (ends, continuation) = AsyncStream.makeStream(of: End.self)
    for channel in channels {
      let address = channel.localAddress?.listened ?? "socket"
      channel.closeFuture.whenComplete { _ in continuation.yield(.listenerClosed(address)) }
    }
    let end = await withGracefulShutdownHandler {
      // Nil when the task is cancelled.
      await ends.first { _ in true }
    } onGracefulShutdown: {
      continuation.yield(.shutdown)
    }
    if case .shutdown = end { logger.notice("stopping") }
    if case .listenerClosed(let address) = end {
      throw ArchiveError(
        .system, "the listening socket closed", at: ArchiveError.Place(file: address))
    }
  }

  private func drain(_ listener: Listener) async {
    let loop = listener.group.next()
    let drained = listener.shared.admission.close(on: loop).and(
      listener.shared.peerAdmission.close(on: loop))
    listener.workers.forEach { $0.drain() }
    let workers = listener.workers
    let deadline = loop.scheduleTask(in: TimeAmount(configuration.limits.drain)) {
      workers.forEach { $0.closeAll() }
    }
    await withTaskCancellationHandler {
      _ = try? await drained.get()
    } onCancel: {
      workers.forEach { $0.closeAll() }
    }
    deadline.cancel()
  }
}

extension SocketAddress {
  /// `127.0.0.1:80`, `[::1]:80`, `unix:/path`.
  fileprivate var listened: String {
    if case .unixDomainSocket = self { return "unix:\(pathname ?? "")" }
    guard let ipAddress, let port, let port = UInt16(exactly: port) else { return "socket" }
    return ListenAddress.host(ipAddress, port: port).description
  }
}
