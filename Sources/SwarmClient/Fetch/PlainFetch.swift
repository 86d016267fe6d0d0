// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Fetches files from web seeds alone, in order, several at a time; every piece is checked.
package struct PlainFetch: Sendable {
  private let fetcher: HTTPFetcher
  private let options: FetchOptions
  private let meter: FetchMeter
  private let limit: RateLimit?

  /// Asks by `fetcher`, counting in `meter`.
  package init(_ fetcher: HTTPFetcher, options: FetchOptions, meter: FetchMeter) {
    self.fetcher = fetcher
    self.options = options
    self.meter = meter
    limit = options.downloadLimit.map { RateLimit($0) }
  }

  /// Fetches `jobs`; `finished` is called for each file that is there, in no order.
  ///
  /// - Returns: those that could not be had.
  package func run(
    _ jobs: [FetchJob], finished: @escaping @Sendable (FetchJob) -> Void = { _ in }
  ) async -> [FetchFailure] {
    meter.files.count(UInt64(jobs.count))
    meter.wanted.count(jobs.reduce(0) { $0 + $1.file.content.size.rawValue })
    return await withTaskGroup(of: FetchFailure?.self) { group in
      var rest = jobs.makeIterator()
      var failures: [FetchFailure] = []
      for _ in 0..<max(1, options.filesAtOnce) {
        guard let job = rest.next() else { break }
        group.addTask { await fetch(job, finished) }
      }
      while let outcome = await group.next() {
        if let outcome { failures.append(outcome) }
        if let job = rest.next() { group.addTask { await fetch(job, finished) } }
      }
      return failures
    }
  }

  private func fetch(
    _ job: FetchJob, _ finished: @Sendable (FetchJob) -> Void
  ) async -> FetchFailure? {
    do {
      if try PartialFile.isComplete(job.destination, job.file.content) {
        meter.present.count(job.file.content.size.rawValue)
      } else {
        let partial = try PartialFile(
          destination: job.destination, content: job.file.content, pieces: job.file.pieces)
        try await PlainFile(
          job.file, partial, fetcher: fetcher, meter: meter, limit: limit
        ).run(webSeeds: options.webSeeds)
      }
      meter.filesDone.count(1)
      finished(job)
      return nil
    } catch let error as ArchiveError {
      return FetchFailure(job, error)
    } catch {
      return FetchFailure(job, ArchiveError(.software, "\(error)"))
    }
  }
}
