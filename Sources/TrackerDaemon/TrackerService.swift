// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
private import CSockets
internal import Glibc
internal import ServiceLifecycle
private import Synchronization
internal import Tracker

/// Runs a tracker: HTTP and UDP, each socket once for every worker.
package struct TrackerService: Service {
  /// The addresses listened on.
  package struct Addresses: Sendable {
    package var http: [Endpoint] = []
    package var udp: [Endpoint] = []
    package var admin: [Endpoint] = []
  }

  /// What it says of itself while it runs.
  package let pages = TrackerPages()
  /// Descriptors that are no connections: sockets that listen, snapshots, what libraries open.
  private static let reserve = 64

  private let configuration: TrackerConfiguration
  private let onListening: @Sendable (Addresses) -> Void

  /// `onListening` gets the addresses once all of them are served; with port 0, that is where the
  /// port shows.
  package init(
    configuration: TrackerConfiguration, onListening: @escaping @Sendable (Addresses) -> Void
  ) {
    self.configuration = configuration
    self.onListening = onListening
  }

  /// Serves until a graceful shutdown or until the task is cancelled, and writes the last snapshot.
  ///
  /// - Throws: `ArchiveError` when an address cannot be listened on, or the snapshot not be written.
  package func run() async throws {
    var addresses = TrackerService.Addresses()
    let sockets = try listen(&addresses)
    let context = try makeContext(workers: sockets.count)
    pages.show(context)
    defer { pages.show(nil) }
    let snapshot = configuration.snapshot.map(SnapshotFile.init(path:))
    try await withThread { try prepare(context.engine, snapshot) }
    try await withGracefulShutdownHandler {
      try await withTaskCancellationHandler {
        try await work(context, sockets, snapshot) { [onListening, addresses] in
          onListening(addresses)
        }
      } onCancel: {
        context.end()
      }
    } onGracefulShutdown: {
      context.end()
    }
    if let snapshot { try await withThread { try snapshot.write(context.engine) } }
  }

  private func makeContext(workers: Int) throws -> WorkerContext {
    let descriptors = try configuration.descriptors ?? DescriptorLimit.raiseForDaemon()
    var random = SystemRandomNumberGenerator()
    let engine = TrackerEngine(
      policy: configuration.policy, registry: TorrentRegistry(), using: &random)
    let stop = eventfd(0, Int32(O_CLOEXEC | O_NONBLOCK))
    guard stop >= 0 else { throw ArchiveError.system(errno, "make an event", "eventfd") }
    return WorkerContext(
      engine: engine, stop: Descriptor(owning: stop, path: "eventfd"), workers: workers,
      connectionLimit: max(2, (descriptors - Self.reserve) / workers),
      version: configuration.version)
  }

  private func prepare(_ engine: TrackerEngine, _ snapshot: SnapshotFile?) throws {
    if let registry = try configuration.reload() { engine.registry = registry }
    do throws(ArchiveError) {
      try snapshot?.read(into: engine)
    } catch {
      // A tracker without its swarms is better than none.
      configuration.onTrouble(error)
    }
  }

  private func work(
    _ context: WorkerContext, _ sockets: [WorkerSockets], _ snapshot: SnapshotFile?,
    onServing: @escaping @Sendable () -> Void
  ) async throws {
    // Told of once each worker has what it needs: a client must not take the last descriptor before.
    let starting = Countdown(sockets.count)
    let maintenance = Maintenance(
      context: context, snapshot: snapshot, reload: configuration.reload,
      onTrouble: configuration.onTrouble)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask { try await withThread { maintenance.run() } }
      for (number, sockets) in sockets.enumerated() {
        let seed = UInt64.random(in: .min ... .max)
        group.addTask {
          try await withThread {
            var worker = try Worker(context, number: number, sockets: sockets, seed: seed)
            if starting.step() { onServing() }
            worker.run()
          }
        }
      }
      do {
        try await group.waitForAll()
      } catch {
        context.end()
        throw error
      }
    }
  }

  /// Opens each address once for every worker, and the private ones for a worker of their own: what
  /// is asked there may take its time.
  private func listen(_ addresses: inout Addresses) throws -> [WorkerSockets] {
    let workers = configuration.workers ?? Int(archive_processors())
    var all = [WorkerSockets](repeating: WorkerSockets(), count: max(1, workers))
    func open(_ kind: ListenSocket.Kind, _ endpoint: Endpoint) throws -> [OwnedSocket] {
      var endpoint = endpoint
      return try all.indices.map { _ in
        let socket = OwnedSocket(try ListenSocket(kind, at: endpoint))
        endpoint = socket.socket.endpoint
        return socket
      }
    }
    for endpoint in configuration.udp {
      let sockets = try open(.datagrams, endpoint)
      for (worker, socket) in sockets.enumerated() { all[worker].datagrams.append(socket) }
      addresses.udp.append(sockets[0].socket.endpoint)
    }
    for endpoint in configuration.http {
      let sockets = try open(.connections, endpoint)
      for (worker, socket) in sockets.enumerated() { all[worker].listeners.append(socket) }
      addresses.http.append(sockets[0].socket.endpoint)
    }
    if configuration.admin.isEmpty { return all }
    var administrator = WorkerSockets()
    for endpoint in configuration.admin {
      let socket = OwnedSocket(try ListenSocket(.connections, at: endpoint))
      administrator.adminListeners.append(socket)
      addresses.admin.append(socket.socket.endpoint)
    }
    return all + [administrator]
  }
}

/// Counts down from any thread.
private final class Countdown: Sendable {
  private let left: Mutex<Int>

  init(_ count: Int) { left = Mutex(count) }

  /// Whether this was the last step.
  func step() -> Bool {
    left.withLock {
      $0 -= 1
      return $0 == 0
    }
  }
}
