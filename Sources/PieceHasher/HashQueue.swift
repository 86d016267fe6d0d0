// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// The jobs of a run, largest first, so that no large file is left for the end.
struct HashQueue {
  /// What is worth waking a worker for: most files of an archive are far smaller.
  private static let batchBytes: UInt64 = 2 << 20
  private static let batchFiles = 64

  private var jobs: ArraySlice<HashJob>

  init(_ jobs: [HashJob]) {
    self.jobs =
      jobs.sorted { a, b in
        (b.expected.size, a.id) < (a.expected.size, b.id)
      }[...]
  }

  /// A large job, or several small ones; nil when none are left.
  mutating func next() -> [HashJob]? {
    var batch: [HashJob] = []
    var bytes: UInt64 = 0
    while batch.count < Self.batchFiles, let job = jobs.first {
      let (sum, overflow) = bytes.addingReportingOverflow(job.expected.size.rawValue)
      guard batch.isEmpty || !overflow && sum <= Self.batchBytes else { break }
      bytes = sum
      batch.append(job)
      jobs.removeFirst()
    }
    return batch.isEmpty ? nil : batch
  }
}
