// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// The jobs of a run, largest first, so that no large file is left for the end.
struct HashQueue {
  private var jobs: ArraySlice<HashJob>
  /// What all jobs left will read.
  private(set) var bytes: UInt64

  init(_ jobs: [HashJob]) {
    self.jobs =
      jobs.sorted { a, b in
        (b.size, a.id) < (a.size, b.id)
      }[...]
    bytes = jobs.reduce(0) { $0 &+ $1.size.rawValue }
  }

  /// The job that `next` would return.
  var first: HashJob? { jobs.first }

  /// The largest job left.
  mutating func next() -> HashJob? {
    guard let job = jobs.popFirst() else { return nil }
    bytes &-= job.size.rawValue
    return job
  }
}
