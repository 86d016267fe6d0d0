// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Glibc
import PieceHasher
import Testing

@Suite("A file that changes while it is read")
struct ChangedWhileReadTests {
  private let archive: TestArchive
  private let bytes = Fill.noise.bytes(400_000)

  init() throws {
    archive = try TestArchive()
    try archive.write(bytes, to: "file")
    try waitForTick()
  }

  @Test(arguments: Way.all)
  func cut(_ way: Way) async throws {
    try await expectChange(way) { truncate($0.path("file"), 150_000) }
  }

  @Test(arguments: Way.all)
  func appendedTo(_ way: Way) async throws {
    try await expectChange(way) { try $0.write([1], to: "file", flags: O_APPEND) }
  }

  @Test("Overwritten with the same bytes", arguments: Way.all)
  func overwritten(_ way: Way) async throws {
    let bytes = bytes
    try await expectChange(way) { try $0.write(bytes, to: "file", flags: 0) }
  }

  @Test("Replaced by a rename, as mirror syncs do", arguments: Way.all)
  func replaced(_ way: Way) async throws {
    try archive.write(bytes, to: "new")
    try await expectChange(way) { rename($0.path("new"), $0.path("file")) }
  }

  @Test("The next file is not touched by what was given up", arguments: Way.all)
  func next(_ way: Way) async throws {
    try archive.write(bytes, to: "next")
    let jobs = try [
      archive.job("file", bytes, id: 0), archive.job("next", bytes, id: 1),
    ]
    var tuning = way.tuning
    tuning.afterFirstRead = { [archive] path in
      if path.string == "file" { truncate(archive.path("file"), 150_000) }
    }
    var outcomes: [Int: HashOutcome] = [:]
    try await archive.hasher(way, tuning).run(jobs) {
      outcomes[$0.id] = $1
    }
    #expect(outcomes[0] == .changedWhileRead)
    #expect(outcomes[1]?.digests != nil)
  }

  private func expectChange(
    _ way: Way, _ change: @escaping @Sendable (TestArchive) throws -> some Sendable
  ) async throws {
    let outcome = try await archive.outcome(archive.job("file", bytes), way) { [archive] _ in
      #expect(throws: Never.self) { _ = try change(archive) }
    }
    #expect(outcome == .changedWhileRead)
  }

  /// Until the file system's clock, which moves in steps, is past the time the file was made at:
  /// a change in the same step leaves the same time.
  private func waitForTick() throws {
    let key = try #require(archive.root.status(try ArchivePath("file")))
    var now = timespec()
    repeat {
      clock_gettime(CLOCK_REALTIME_COARSE, &now)
    } while Int64(now.tv_sec) * 1_000_000_000 + Int64(now.tv_nsec) <= key.changed
  }
}
