// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import NIOCore
internal import NIOPosix
private import Synchronization

/// Fetches files from web seeds and peers at once; those that nobody numbered, from web seeds alone.
package struct SwarmFetch: Sendable {
  private let fetcher: HTTPFetcher
  private let options: FetchOptions
  private let meter: FetchMeter
  private let index: IndexFollower.Source?
  private let warn: @Sendable (String) -> Void

  /// Asks by `fetcher`, counting in `meter`; with `index` it looks for newer ones. `warn` is told, from
  /// any thread, of what keeps no file from coming.
  package init(
    _ fetcher: HTTPFetcher, options: FetchOptions, meter: FetchMeter,
    index: IndexFollower.Source? = nil,
    warn: @escaping @Sendable (String) -> Void = { _ in }
  ) {
    self.fetcher = fetcher
    self.options = options
    self.meter = meter
    self.index = index
    self.warn = warn
  }

  /// What became of all files.
  package struct Outcome: Sendable {
    /// Those that could not be had.
    package var failures: [FetchFailure]
    /// What the swarm has done.
    package var totals: SwarmTotals
  }

  /// A job that is not done, and what it has on disk.
  private struct Opened: Sendable {
    let job: FetchJob
    let partial: PartialFile
    let verified: [Bool]
  }

  /// Fetches `jobs`; `finished` is called for each file that is there, in no order, and `fetched` when
  /// nothing is left to be fetched.
  ///
  /// With `options.share` it goes on giving to peers after that, until its time is over or its task is
  /// cancelled.
  ///
  /// - Throws: `ArchiveError` when it cannot listen, or the system refuses what it needs;
  ///   `CancellationError` when its task is cancelled before all is fetched.
  package func run(
    _ jobs: [FetchJob], finished: @escaping @Sendable (FetchJob) -> Void,
    fetched: (Outcome) throws -> Void
  ) async throws {
    let isNumbered = { (job: FetchJob) in
      job.file.pieces.isPublished && job.file.numbering != nil
    }
    let plain = jobs.filter { !isNumbered($0) }
    async let alone = PlainFetch(fetcher, options: options, meter: meter)
      .run(plain, finished: finished)
    var outcome = Outcome(failures: [], totals: SwarmTotals())
    let (opened, failures) = open(jobs.filter(isNumbered), finished: finished)
    outcome.failures = failures
    guard !opened.isEmpty else {
      outcome.failures += await alone
      return try fetched(outcome)
    }
    let missed = Mutex<[FetchFailure]>([])
    let running = try await start(opened) { file, error in
      if let error {
        missed.withLock { $0.append(FetchFailure(opened[file].job, error)) }
      } else {
        meter.filesDone.count(1)
        finished(opened[file].job)
      }
    }
    let follower = IndexFollower(index, fetcher, warn)
    async let _: Void = follower.run(opened.map(\.job.file), of: running)
    let result: Result<Void, any Error>
    do {
      outcome.totals = try await withTaskCancellationHandler {
        try await running.finished()
      } onCancel: {
        running.stop()
      }
      outcome.failures += missed.withLock { $0 }
      outcome.failures += await alone
      try fetched(outcome)
      if let share = options.share { try? await Task.sleep(for: share) }
      result = .success(())
    } catch {
      result = .failure(error)
    }
    await running.leave()
    try result.get()
  }

  /// Opens partial files and verifies what they have, several at a time; those that are whole already
  /// are done, unless they are to be shared.
  private func open(
    _ jobs: [FetchJob], finished: @Sendable (FetchJob) -> Void
  ) -> ([Opened], [FetchFailure]) {
    meter.files.count(UInt64(jobs.count))
    meter.wanted.count(jobs.reduce(0) { $0 + $1.file.content.size.rawValue })
    var opened: [Opened] = []
    var failures: [FetchFailure] = []
    for job in jobs {
      do throws(ArchiveError) {
        if options.share != nil, let whole = try job.whole() {
          let verified = [Bool](repeating: true, count: job.file.pieces.count)
          opened.append(Opened(job: job, partial: whole, verified: verified))
        } else if try PartialFile.isComplete(job.destination, job.file.content) {
          meter.present.count(job.file.content.size.rawValue)
          meter.filesDone.count(1)
          finished(job)
        } else {
          let partial = try PartialFile(
            destination: job.destination, content: job.file.content, pieces: job.file.pieces)
          opened.append(Opened(job: job, partial: partial, verified: try partial.verifiedPieces()))
        }
      } catch {
        failures.append(FetchFailure(job, error))
      }
    }
    return (opened, failures)
  }

  private func start(
    _ opened: [Opened], onEnd: @escaping @Sendable (Int, ArchiveError?) -> Void
  ) async throws -> RunningSwarm {
    let (fetcher, options, meter, warn) = (fetcher, options, meter, warn)
    let (looks, looking) = AsyncStream.makeStream(
      of: Void.self, bufferingPolicy: .bufferingNewest(1))
    let loop = fetcher.loop
    let engine = try await loop.submit {
      let pool = NIOThreadPool.singleton
      var policy = SwarmPolicy()
      policy.isStreaming = options.order == .inOrder
      policy.uploadLimit = options.uploadLimit
      policy.downloadLimit = options.downloadLimit
      if !options.peers { policy.connections = 0 }
      let files = opened.map { options.webSeeds ? $0.job.file : $0.job.file.withoutWebSeeds }
      let engine = try SwarmEngine(
        files, stores: opened.map { DiskStore($0.partial, pool: pool, loop: loop) },
        http: fetcher.clientOnLoop, pool: pool, policy: policy, meter: meter, onEnd: onEnd)
      engine.warn = warn
      if let interval = options.refresh, options.peers {
        engine.watchIndex(every: interval) { looking.yield() }
      }
      for (file, entry) in opened.enumerated() {
        engine.resume(
          entry.verified.indices.filter { entry.verified[$0] }
            .map { PieceKey(file: file, piece: $0) })
      }
      return NIOLoopBound(engine, eventLoop: loop)
    }.get()
    if options.peers { try await listen(engine, loop) }
    let done = try await loop.submit {
      engine.value.keep(options.knownPeers)
      if options.peers { engine.value.announce(to: options.trackers) }
      return engine.value.start()
    }.get()
    return RunningSwarm(engine: engine, loop: loop, done: done, looks: looks)
  }

  /// Takes peers' connections, on all addresses unless one was named.
  private func listen(_ engine: NIOLoopBound<SwarmEngine>, _ loop: any EventLoop) async throws {
    let addresses = try options.listen.map { [$0] } ?? [Endpoint("0.0.0.0:0")]
    for address in addresses {
      do {
        let channel = try await loop.flatSubmit { engine.value.listen(on: address) }.get()
        let port = UInt16(channel.localAddress?.port ?? 0)
        try await loop.submit { engine.value.port = port }.get()
      } catch {
        throw ArchiveError(
          .system, "cannot listen: \(error)",
          at: ArchiveError.Place(file: address.description),
          advice: "name another address by --listen")
      }
    }
  }
}

extension FetchJob {
  /// What is at the destination, where that is the content already.
  fileprivate func whole() throws(ArchiveError) -> PartialFile? {
    try PartialFile(whole: destination, content: file.content, pieces: file.pieces)
  }
}
