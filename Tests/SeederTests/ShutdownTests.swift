// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Foundation
import Seeder
import Testing

/// `run()` ends, and in time.
struct ShutdownTests {
  private let request = "GET /\(TestArchive.large) HTTP/1.1\r\nHost: a\r\n\r\n"
  /// Far above what a busy machine adds, far below what any of the limits would.
  private let promptly = Duration.seconds(15)

  private func time(_ body: () async throws -> Void) async rethrows -> Duration {
    try await ContinuousClock().measure(body)
  }

  @Test func anIdleConnectionDoesNotHoldIt() async throws {
    let seeder = try await RunningSeeder.start()
    let idle = try RawConnection(port: seeder.port)
    try idle.send("GET /none HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(try await idle.receive().statuses == ["404"])
    #expect(try await time { try await seeder.stop() } < promptly)
    #expect(try await idle.receive().isEmpty)
    #expect(throws: ArchiveError.self) { try RawConnection(port: seeder.port) }
  }

  @Test func aResponseUnderWayIsFinished() async throws {
    let seeder = try await RunningSeeder.start()
    let connection = try RawConnection(port: seeder.port)
    try connection.send(request)
    var count = try await connection.receive().count
    await seeder.beginStop()
    try await Task.sleep(for: .milliseconds(200))
    count += try await connection.receiveAll().count
    #expect(count > TestArchive.largeSize)
    #expect(try await time { try await seeder.task.value } < promptly)
  }

  @Test func aResponseNobodyReadsIsCutOff() async throws {
    var limits = SeederLimits()
    limits.drain = .milliseconds(500)
    let seeder = try await RunningSeeder.start(limits: limits)
    let connection = try RawConnection(port: seeder.port)
    try connection.send(request)
    _ = try await connection.receive()
    let taken = try await time { try await seeder.stop() }
    #expect(taken >= limits.drain)
    #expect(taken < promptly)
  }

  @Test func cancellationDoesNotWait() async throws {
    let seeder = try await RunningSeeder.start()
    let connection = try RawConnection(port: seeder.port)
    try connection.send(request)
    _ = try await connection.receive()
    let taken = await time {
      seeder.task.cancel()
      _ = await seeder.task.result
    }
    #expect(taken < promptly)
  }

  @Test func anAddressInUseIsAnError() async throws {
    try await withSeeder { seeder in
      let configuration = SeederConfiguration(
        archive: try seeder.archive.root("archive"),
        addresses: [try ListenAddress("127.0.0.1:0"), try ListenAddress(seeder.address)])
      let second = HTTPSeeder(configuration: configuration) { _ in }
      await #expect {
        try await second.run()
      } throws: {
        ($0 as? ArchiveError)?.place?.file == seeder.address
      }
    }
  }

  @Test func anUnknownHostIsAnError() async throws {
    try await withSeeder { seeder in
      let configuration = SeederConfiguration(
        archive: try seeder.archive.root("archive"),
        addresses: [.host("no such host", port: 0)])
      let second = HTTPSeeder(configuration: configuration) { _ in }
      await #expect {
        try await second.run()
      } throws: {
        ($0 as? ArchiveError)?.code == .configuration
      }
    }
  }
}
