// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import Logging
import Seeder
import ServiceLifecycle
import Testing

/// A seeder on a port of the system's choice, in a service group of its own.
struct RunningSeeder: Sendable {
  let archive: TestArchive
  /// Where it listens, in the order of the configuration.
  let addresses: [String]
  /// Ends when `run()` of the group does.
  let task: Task<Void, any Error>
  fileprivate let group: ServiceGroup

  var address: String { addresses.first ?? "" }

  var port: UInt16 { address.split(separator: ":").last.flatMap { UInt16($0) } ?? 0 }

  func url(_ path: String) -> String { "http://\(address)/\(path)" }

  static func start(
    limits: SeederLimits = SeederLimits(), on address: String = "127.0.0.1:0",
    logger: Logger? = nil,
    _ configure: (inout SeederConfiguration) throws -> Void = { _ in }
  ) async throws -> RunningSeeder {
    let archive = try TestArchive()
    var configuration = SeederConfiguration(
      archive: try archive.root("archive"), overlay: try archive.root("overlay"),
      addresses: [try ListenAddress(address)], limits: limits)
    configuration.threads = 1
    try configure(&configuration)
    let (addresses, continuation) = AsyncStream.makeStream(of: [String].self)
    let seeder = HTTPSeeder(
      configuration: configuration,
      logger: logger ?? Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }
    ) { continuation.yield($0) }
    let group = ServiceGroup(services: [seeder])
    let task = Task {
      // Whoever waits for the address must learn that none will come.
      defer { continuation.finish() }
      try await group.run()
    }
    guard let bound = await addresses.first(where: { _ in true }) else {
      try await task.value
      throw StartFailure()
    }
    return RunningSeeder(archive: archive, addresses: bound, task: task, group: group)
  }

  struct StartFailure: Error {}

  func beginStop() async { await group.triggerGracefulShutdown() }

  func stop() async throws {
    await beginStop()
    try await task.value
  }
}

/// Runs `body` against a seeder, and ends it gracefully.
func withSeeder(
  limits: SeederLimits = SeederLimits(), on address: String = "127.0.0.1:0",
  _ body: (RunningSeeder) async throws -> Void
) async throws {
  try await withSeeder(limits: limits, on: address, configuredBy: { _ in }, body)
}

/// Runs `body` against a seeder of another configuration, and ends it gracefully.
func withSeeder(
  limits: SeederLimits = SeederLimits(), on address: String = "127.0.0.1:0",
  logger: Logger? = nil,
  configuredBy configure: (inout SeederConfiguration) throws -> Void,
  _ body: (RunningSeeder) async throws -> Void
) async throws {
  let seeder = try await RunningSeeder.start(
    limits: limits, on: address, logger: logger, configure)
  do {
    try await body(seeder)
  } catch {
    try? await seeder.stop()
    throw error
  }
  try await seeder.stop()
}
