// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import CLinux
internal import Synchronization

/// What all workers of one run share.
final class HashContext: Sendable {
  let root: ArchiveRoot
  let tuning: HashTuning
  let kernels: LaneKernels
  let hashes: PieceHashes
  let workers: Int
  private let idleIO: Bool
  private let throttle: Throttle?
  private let meter: ProgressMeter
  private let queue: Mutex<HashQueue>
  /// Workers that found no more files, free to help with a large one.
  let idle = Pool<HashWorker>()

  init(
    _ jobs: [HashJob], root: ArchiveRoot, workers: Int, options: HashOptions, tuning: HashTuning,
    throttle: Throttle?, meter: ProgressMeter
  ) {
    self.root = root
    self.workers = workers
    self.tuning = tuning
    kernels = options.kernels ?? .fastest
    // What somebody vouches for is never taken unseen.
    let isVouched = jobs.contains { $0.sha256 != nil }
    hashes = isVouched ? options.hashes.union(.file) : options.hashes
    idleIO = options.idleIO
    self.throttle = throttle
    self.meter = meter
    queue = Mutex(HashQueue(jobs))
  }

  /// The largest job left.
  func next() -> HashJob? { queue.withLock { $0.next() } }

  /// The largest job left if it is so large that it would outlast all others by far.
  func nextLarge() -> HashJob? {
    queue.withLock { queue in
      guard let job = queue.first, isLarge(job, of: queue.bytes) else { return nil }
      return queue.next()
    }
  }

  private func isLarge(_ job: HashJob, of bytes: UInt64) -> Bool {
    let plan = PiecePlan(size: job.size, base: job.base)
    let times = UInt64(HashTuning.largeShare * workers)
    let (share, overflow) = job.size.rawValue.multipliedReportingOverflow(by: times)
    return plan.pieceCount >= HashTuning.fewestPieces
      && plan.pieceSize.rawValue * UInt64(HashTuning.fewestPieces) <= UInt64(tuning.windowLength)
      && (overflow || share > bytes)
  }

  /// Runs `body`, which reads, in the class of I/O that the run may use. The class is the thread's
  /// own, and the thread will do other things.
  func reading<T>(_ body: () throws -> T) rethrows -> T {
    guard idleIO else { return try body() }
    _ = archive_idle_io(1)
    defer { _ = archive_idle_io(0) }
    return try body()
  }

  /// Reads one chunk of a file, no faster than the run may.
  ///
  /// - Throws: `CancellationError`, `FileLane.EarlyEnd`, or an `ArchiveError`.
  func read(
    _ file: borrowing PoolFile, of job: HashJob, into chunk: UnsafeMutableRawBufferPointer,
    at offset: UInt64
  ) throws {
    try Task.checkCancellation()
    try throttle?.wait(for: chunk.count)
    guard try file.read(into: chunk, at: offset) else { throw FileLane.EarlyEnd() }
    meter.add(chunk.count, of: job.path)
    if offset == 0 { tuning.afterFirstRead?(job.path) }
  }
}
