// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles

/// Reads files of an archive once and computes every digest that indices and torrents name.
///
/// Several files are in flight, each read by one worker in chunks that stay in its cache. When no
/// file is left to begin, idle workers digest pieces of the large ones that are still being read,
/// whose readers then do little more than the whole-file SHA-256, which only one can do.
package struct PieceHasher: Sendable {
  private let root: ArchiveRoot
  private let workers: Int
  private let tuning: HashTuning
  private let executor = BlockingExecutor(label: "piece-hasher")

  /// Prepares to read below `root` with `workers` threads (at least one).
  package init(root: ArchiveRoot, workers: Int, tuning: HashTuning = HashTuning()) {
    self.root = root
    self.workers = max(1, workers)
    self.tuning = tuning
  }

  /// Reads and judges the file of every job, the largest first.
  ///
  /// `progress` is called after each chunk, in turn, on whichever thread has read it, which waits
  /// for it. `completed` is called once a job in no certain order, one call after the other, where
  /// the caller runs; while it lasts, workers that have finished what they had wait as well, so
  /// outcomes do not pile up.
  ///
  /// - Throws: `CancellationError`, what `completed` throws, or an `ArchiveError` where libcrypto
  ///   lacks a digest. A file's failure is its outcome.
  nonisolated(nonsending) package func run(
    _ jobs: [HashJob], progress: @escaping @Sendable (HashProgress) -> Void = { _ in },
    completed: (HashJob, HashOutcome) async throws -> Void
  ) async throws {
    let context = HashContext(
      root: root, workers: workers, tuning: tuning, meter: ProgressMeter(progress))
    var queue = HashQueue(jobs)
    // Whoever has no files is free to help before the first file is begun.
    let first = (0..<workers).compactMap { _ in queue.next() }
    for _ in first.count..<workers { context.idle.give(try HashWorker(tuning)) }
    try await withThrowingTaskGroup(of: Batch.self) { group in
      for jobs in first { begin(jobs, with: try HashWorker(tuning), in: context, &group) }
      while let batch = try await group.next() {
        if let jobs = queue.next() {
          begin(jobs, with: batch.worker, in: context, &group)
        } else {
          context.idle.give(batch.worker)
        }
        for (job, outcome) in batch.outcomes { try await completed(job, outcome) }
      }
    }
  }

  /// What one task did, and the worker it was done with.
  private struct Batch: Sendable {
    let outcomes: [(HashJob, HashOutcome)]
    let worker: HashWorker
  }

  /// Sends `worker` to its next files.
  private func begin(
    _ jobs: [HashJob], with worker: HashWorker, in context: HashContext,
    _ group: inout ThrowingTaskGroup<Batch, any Error>
  ) {
    group.addTask(executorPreference: executor) {
      var outcomes: [(HashJob, HashOutcome)] = []
      outcomes.reserveCapacity(jobs.count)
      for job in jobs {
        outcomes.append((job, try await FilePass.outcome(of: job, in: context, using: worker)))
      }
      return Batch(outcomes: outcomes, worker: worker)
    }
  }
}
