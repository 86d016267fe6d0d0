// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
private import NIOPosix
internal import SwarmClient
private import Synchronization
private import UnixSignals

/// `archive-tool fetch`: packages from a mirror and its swarm, verified.
struct FetchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fetch",
    abstract: "Fetch packages from a mirror and from peers, every piece checked.",
    discussion: """
      Finds each package in the suite's signed indices, takes its pieces from the mirror and from \
      whoever else has them, and writes NAME.partial beside the destination until the whole file \
      is proven. Started again after an interruption it goes on from there. Says nothing unless \
      something is wrong.
      """)

  @Argument(
    help: ArgumentHelp(
      """
      Packages as name, name:architecture, name=version or name/suite; - for a list on standard \
      input.
      """, valueName: "package"))
  var packages: [String]

  @OptionGroup var source: SourceOptions
  @OptionGroup var swarm: SwarmOptions

  @Option(
    name: .long, help: "Where the files go. (default: the current directory)",
    completion: .directory)
  var directory = "."

  @Flag(name: .long, help: "Print what became of each file, and the totals, as JSON.")
  var json = false

  @Flag(name: .long, help: "Draw the progress bar even if nobody seems to watch.")
  var progress = false

  @Flag(name: .shortAndLong, help: "Print errors alone: no warnings, no progress bar.")
  var quiet = false

  @Flag(name: .shortAndLong, help: "Print each file that is done, and the totals.")
  var verbose = false

  func validate() throws {
    if quiet, verbose { throw ValidationError("--quiet and --verbose exclude each other") }
    if quiet, progress { throw ValidationError("--quiet and --progress exclude each other") }
  }

  func run() async throws {
    try await withTaskExecutorPreference(BlockingExecutor(label: "fetch")) { try await fetch() }
  }

  private func fetch() async throws {
    let requests = try requests()
    let settings = try source.settings()
    let options = try swarm.options()
    let meter = FetchMeter()
    let bar = !quiet && (progress || Terminal.isWatched) ? FetchBar(meter) : nil
    let context = HTTPContext(
      loop: MultiThreadedEventLoopGroup.singleton.next(),
      agent: "archive-tool/\(ArchiveTool.version)")
    let fetcher = try await HTTPFetcher.start(context)
    let jobs: [FetchJob]
    do {
      jobs = try self.jobs(try await find(requests, settings, fetcher, bar))
    } catch {
      bar?.clear()
      await fetcher.shutDown()
      throw error
    }
    let started = ContinuousClock.now
    let drawing = Task { await bar?.run() }
    let codes = Mutex<[ArchiveModel.ExitCode]>([])
    let result: Result<Void, any Error>
    do {
      try await untilSignal {
        let index = IndexFollower.Source(settings) { Now.date }
        let fetch = SwarmFetch(fetcher, options: options, meter: meter, index: index) { text in
          complain(text, bar)
        }
        try await fetch.run(jobs) { job in
          guard verbose, !json else { return }
          bar?.clear()
          Terminal.print(Terminal.clean(job.destination))
        } fetched: { outcome in
          drawing.cancel()
          bar?.clear()
          try report(jobs, outcome, meter.counts, ContinuousClock.now - started)
          codes.withLock { $0 = outcome.failures.map(\.error.code) }
        }
      }
      result = .success(())
    } catch is CancellationError {
      result = .failure(
        ArchiveError(.temporary, "interrupted", advice: "run it again, it goes on from here"))
    } catch {
      result = .failure(error)
    }
    drawing.cancel()
    await drawing.value
    await fetcher.shutDown()
    try result.get()
    let worst = codes.withLock { all in all.first { $0 != .temporary } ?? all.first }
    if let worst { throw Status(code: worst.rawValue) }
  }

  /// Cancels `body` at SIGINT and SIGTERM, so that peers and trackers hear of the end.
  private func untilSignal(_ body: @escaping @Sendable () async throws -> Void) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { group in
      group.addTask {
        try await body()
        return true
      }
      group.addTask {
        for await _ in await UnixSignalsSequence(trapping: .sigint, .sigterm) { return false }
        return false
      }
      defer { group.cancelAll() }
      while let isDone = try await group.next() {
        if isDone { return }
        group.cancelAll()
      }
    }
  }

  private func requests() throws -> [PackageRequest] {
    let names = try packages.flatMap { name in
      name == "-" ? try ListedNames.read("-").filter { !$0.isEmpty && !$0.hasPrefix("#") } : [name]
    }
    guard !names.isEmpty else { throw ArchiveError(.usage, "which packages?") }
    return try names.map { try PackageRequest($0) }
  }

  /// The files of `requests`, in their order.
  private func find(
    _ requests: [PackageRequest], _ settings: IndexSettings, _ fetcher: HTTPFetcher,
    _ bar: FetchBar?
  ) async throws -> [PackageFile] {
    var suites: [String] = []
    for request in requests {
      let suite = try SourceOptions.checked(suite: request.suite ?? settings.suite)
      if !suites.contains(suite) { suites.append(suite) }
    }
    var files: [PackageFile] = []
    for suite in suites {
      let wanted = requests.filter { ($0.suite ?? settings.suite) == suite }
      var place = settings
      place.suite = suite
      let finder = PackageFinder(place, fetcher: fetcher, now: Now.date) { event in
        switch event {
        case .warning(let text): complain(text, bar)
        case .fetching(let path): bar?.draw("fetching \(path)")
        case .received: break
        }
      }
      files += try await finder.find(wanted)
    }
    return files
  }

  private func jobs(_ files: [PackageFile]) throws -> [FetchJob] {
    try makeDirectories(directory)
    var names: [String: PackageFile] = [:]
    return try files.compactMap { file in
      if let other = names.updateValue(file, forKey: file.name) {
        guard other.content == file.content else {
          throw ArchiveError(
            .usage, "\(other.path) and \(file.path) would be the same file",
            advice: "fetch them to different directories, one after the other")
        }
        return nil
      }
      return FetchJob(file, to: "\(directory)/\(file.name)")
    }
  }

  private func complain(_ text: String, _ bar: FetchBar?) {
    guard !quiet else { return }
    bar?.clear()
    Terminal.complain(text)
  }

  /// Files whose failure is told; when a mirror is gone, all of them fail alike.
  private static let complaints = 10

  private func report(
    _ jobs: [FetchJob], _ outcome: SwarmFetch.Outcome, _ counts: FetchMeter.Counts,
    _ elapsed: Duration
  ) throws {
    let failures = outcome.failures
    for failure in failures.prefix(Self.complaints) {
      Terminal.complain("\(failure.job.file.name): \(failure.error)")
    }
    if failures.count > Self.complaints {
      Terminal.complain("and \(failures.count - Self.complaints) files more; --json names them all")
    }
    if json {
      try Terminal.print(
        json: FetchReport(jobs, outcome, totals: counts, elapsed: elapsed))
    } else if verbose {
      Terminal.print(
        "\(counts.filesDone)/\(counts.files) files, \(Units.bytes(counts.bytesDone)) in "
          + "\(Units.fixed(elapsed.seconds, 1)) s: \(FetchBar.sources(counts))")
    }
  }
}
