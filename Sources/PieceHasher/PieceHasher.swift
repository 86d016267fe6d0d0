// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles

/// Reads files of an archive once and computes every digest that indices and torrents name.
///
/// Each worker has as many files in flight as its processor has lanes, so that one step advances
/// all of them. A file too large to end with the others is read a window of pieces at a time
/// instead, whose lanes are its pieces; a worker without files digests what another has read.
package struct PieceHasher: Sendable {
  private let root: ArchiveRoot
  private let workers: Int
  private let options: HashOptions
  private let tuning: HashTuning
  /// One for all runs of this hasher: a new run earns no burst.
  private let throttle: Throttle?
  private let executor = BlockingExecutor(label: "piece-hasher")

  /// Prepares to read below `root` with `workers` threads (at least one).
  package init(
    root: ArchiveRoot, workers: Int, options: HashOptions = HashOptions(),
    tuning: HashTuning = HashTuning()
  ) {
    self.root = root
    self.workers = max(1, workers)
    self.options = options
    self.tuning = tuning
    throttle = options.bandwidth.map(Throttle.init)
  }

  /// Reads and judges the file of every job, the largest first.
  ///
  /// `progress` is called after each chunk, in turn, on whichever thread has read it, which waits
  /// for it. `completed` is called once a job in no certain order, one call after the other, where
  /// the caller runs; while it lasts, workers that have finished what they had wait as well, so
  /// outcomes do not pile up.
  ///
  /// - Throws: `CancellationError`, or what `completed` throws. A file's failure is its outcome.
  nonisolated(nonsending) package func run(
    _ jobs: [HashJob], progress: @escaping @Sendable (HashProgress) -> Void = { _ in },
    completed: (HashJob, HashOutcome) async throws -> Void
  ) async throws {
    guard !jobs.isEmpty else { return }
    let context = HashContext(
      jobs, root: root, workers: workers, options: options, tuning: tuning,
      throttle: throttle, meter: ProgressMeter(progress))
    // Whoever has no files is free to help before the first file is begun.
    for _ in min(workers, jobs.count)..<workers { context.idle.give(HashWorker(context)) }
    try await withThrowingTaskGroup(of: Batch.self) { group in
      for _ in 0..<min(workers, jobs.count) { begin(HashWorker(context), &group) }
      while let batch = try await group.next() {
        if batch.outcomes.isEmpty {
          context.idle.give(batch.worker)
        } else {
          begin(batch.worker, &group)
        }
        for (job, outcome) in batch.outcomes { try await completed(job, outcome) }
      }
    }
  }

  /// What one task did, and the worker it was done with.
  private struct Batch: Sendable {
    let outcomes: [HashWorker.Outcome]
    let worker: HashWorker
  }

  private func begin(_ worker: HashWorker, _ group: inout ThrowingTaskGroup<Batch, any Error>) {
    group.addTask(executorPreference: executor) {
      Batch(outcomes: try await worker.work(), worker: worker)
    }
  }
}
