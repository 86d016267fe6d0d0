// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import ServiceLifecycle
import Synchronization
import Testing
import Tracker
import TrackerDaemon

/// A tracker on ports of the system's choice, in a service group of its own.
struct RunningTracker: Sendable {
  let addresses: TrackerService.Addresses
  private let group: ServiceGroup
  private let task: Task<Void, any Error>

  struct StartFailure: Error {}

  static func start(
    snapshot: String? = nil, registry: TorrentRegistry = TorrentRegistry(isOpen: true),
    prepare: (inout TrackerConfiguration) throws -> Void = { _ in }
  ) async throws -> RunningTracker {
    let next = Mutex<TorrentRegistry?>(registry)
    var configuration = TrackerConfiguration(
      reload: {
        next.withLock { next in
          defer { next = nil }
          return next
        }
      }, onTrouble: { Issue.record("\($0)") })
    configuration.http = [try Endpoint("127.0.0.1:0"), try Endpoint("[::1]:0")]
    configuration.udp = [try Endpoint("127.0.0.1:0"), try Endpoint("0.0.0.0:0")]
    configuration.admin = [try Endpoint("127.0.0.1:0")]
    configuration.workers = 2
    configuration.snapshot = snapshot
    try prepare(&configuration)
    let (started, continuation) = AsyncStream.makeStream(of: TrackerService.Addresses.self)
    let service = TrackerService(configuration: configuration) { continuation.yield($0) }
    let group = ServiceGroup(services: [service])
    let task = Task {
      // Whoever waits for the addresses must learn that none will come.
      defer { continuation.finish() }
      try await group.run()
    }
    guard let addresses = await started.first(where: { _ in true }) else {
      try await task.value
      throw StartFailure()
    }
    return RunningTracker(addresses: addresses, group: group, task: task)
  }

  func stop() async throws {
    await group.triggerGracefulShutdown()
    try await task.value
  }
}
