// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PieceHasher
import Synchronization
import Testing

@Suite("A run over many files")
struct RunTests {
  private let archive: TestArchive

  init() throws { archive = try TestArchive() }

  /// Files of 0, `step`, 2 `step`... bytes, the smallest first.
  private func files(_ count: Int, step: Int) throws -> [HashJob] {
    try (0..<count).map { id in
      let bytes = Fill.noise.bytes(id * step)
      try archive.write(bytes, to: "\(id)")
      return try archive.job("\(id)", bytes, id: id)
    }
  }

  @Test("Every job is completed once", arguments: Way.all)
  func everyJob(_ way: Way) async throws {
    let jobs = try files(150, step: 1_000)
    var verified: [Int] = []
    try await hasher(way).run(jobs) { job, outcome in
      #expect(outcome.digests?.sha256 == job.sha256)
      verified.append(job.id)
    }
    #expect(verified.sorted() == Array(0..<150))
  }

  @Test("No jobs are no work")
  func nothing() async throws {
    try await hasher(.shared).run([]) { _, _ in Issue.record("nothing was to be done") }
  }

  @Test("The largest files are begun first")
  func largestFirst() async throws {
    let reports = Reports()
    try await hasher(.oneLane).run(
      try files(30, step: 100_000), progress: { reports.add($0) }, completed: { _, _ in })
    let begun = reports.all.map(\.path).reduce(into: [ArchivePath]()) { paths, path in
      if !paths.contains(path) { paths.append(path) }
    }
    #expect(begun.map(\.string) == (1..<30).reversed().map(String.init))
  }

  @Test("Progress counts each byte once and never goes back", arguments: Way.all)
  func progress(_ way: Way) async throws {
    let jobs = try files(10, step: 100_000)
    let reports = Reports()
    try await hasher(way).run(jobs, progress: { reports.add($0) }, completed: { _, _ in })
    let all = reports.all
    #expect(all.map(\.bytesRead) == all.map(\.bytesRead).sorted())
    #expect(all.last?.bytesRead == ByteCount(4_500_000))
    #expect(Set(all.map(\.path)) == Set(jobs.dropFirst().map(\.path)), "all but the empty file")
  }

  @Test("An error of the one who is told ends the run", arguments: Way.all)
  func refused(_ way: Way) async throws {
    struct Refusal: Error {}
    let jobs = try files(20, step: 200_000)
    var told = 0
    await #expect(throws: Refusal.self) {
      try await hasher(way).run(jobs) { _, _ in
        told += 1
        throw Refusal()
      }
    }
    #expect(told == 1)
  }

  @Test("Cancellation ends the run between chunks", arguments: Way.all)
  func cancelled(_ way: Way) async throws {
    let bytes = Fill.zeros.bytes(64 << 20)
    try archive.write(bytes, to: "large")
    let job = try archive.job("large", bytes)
    let reports = Reports()
    let (start, starter) = AsyncStream<Void>.makeStream()
    let run = Task { [self] in
      for await _ in start { break }
      try await hasher(way) { _ in reports.cancel() }
        .run(
          [job], progress: { reports.add($0) },
          completed: { _, _ in
            Issue.record("the file cannot have been read")
          })
    }
    reports.cancelling(run)
    starter.yield()
    await #expect(throws: CancellationError.self) { try await run.value }
    #expect(reports.all.count == 1)
  }

  private func hasher(
    _ way: Way, afterFirstRead: (@Sendable (ArchivePath) -> Void)? = nil
  ) throws -> PieceHasher {
    var tuning = way.tuning
    tuning.afterFirstRead = afterFirstRead
    return try archive.hasher(way, tuning)
  }
}

/// What the hasher said, and the run to cancel when it says something.
private final class Reports: Sendable {
  private let state = Mutex<(all: [HashProgress], run: Task<Void, any Error>?)>(([], nil))

  var all: [HashProgress] { state.withLock { $0.all } }

  func add(_ progress: HashProgress) { state.withLock { $0.all.append(progress) } }

  func cancelling(_ run: Task<Void, any Error>) { state.withLock { $0.run = run } }

  func cancel() { state.withLock { $0.run?.cancel() } }
}
