// SPDX-License-Identifier: Apache-2.0

private import Dispatch

/// Runs tasks that block on disk, away from the cooperative pool.
///
/// Prefer it for a task group (`withTaskExecutorPreference`); how many run at once is the group's
/// business, which adds no more children than it wants threads.
package final class BlockingExecutor: TaskExecutor {
  private let queue: DispatchQueue

  package init(label: String) {
    queue = DispatchQueue(label: label, attributes: .concurrent)
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
