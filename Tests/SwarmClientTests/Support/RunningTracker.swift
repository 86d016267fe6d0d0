// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import ServiceLifecycle
import Synchronization
import Testing
import TorrentMetadata
import Tracker
import TrackerDaemon

/// Our tracker on ports of the system's choice.
struct RunningTracker: Sendable {
  let http: AbsoluteURL
  let udp: AbsoluteURL
  private let group: ServiceGroup
  private let task: Task<Void, any Error>

  struct StartFailure: Error {}

  static func start(_ registry: TorrentRegistry) async throws -> RunningTracker {
    let next = Mutex<TorrentRegistry?>(registry)
    var configuration = TrackerConfiguration(
      reload: {
        next.withLock { next in
          defer { next = nil }
          return next
        }
      }, onTrouble: { Issue.record("\($0)") })
    configuration.http = [try Endpoint("127.0.0.1:0")]
    configuration.udp = [try Endpoint("127.0.0.1:0")]
    configuration.workers = 1
    let (started, continuation) = AsyncStream.makeStream(of: TrackerService.Addresses.self)
    let group = ServiceGroup(services: [
      TrackerService(configuration: configuration) { continuation.yield($0) }
    ])
    let task = Task {
      // Whoever waits for the addresses must learn that none will come.
      defer { continuation.finish() }
      try await group.run()
    }
    guard let addresses = await started.first(where: { _ in true }),
      let http = addresses.http.first.flatMap({ AbsoluteURL("http://\($0)/announce") }),
      let udp = addresses.udp.first.flatMap({ AbsoluteURL("udp://\($0)/announce") })
    else {
      try await task.value
      throw StartFailure()
    }
    return RunningTracker(http: http, udp: udp, group: group, task: task)
  }

  func stop() async throws {
    await group.triggerGracefulShutdown()
    try await task.value
  }
}
