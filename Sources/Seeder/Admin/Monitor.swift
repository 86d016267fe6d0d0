// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import HTTPMessages
internal import Ledger
internal import Logging
internal import NIOCore
internal import Synchronization

/// Notes once a minute what the seeder does, and what an operator should know of it.
final class Monitor: Sendable {
  private struct State {
    var series = Series()
    var demand: Demand
    /// Bytes by suite since the last sample.
    var suites: [String: UInt64] = [:]
    var counters = Counters()
    var peers = PeerCounters()
    var sampled = ContinuousClock.now
    /// What was warned of, and the last run of each suite, when the log was last told.
    var warned: Set<StatusWarning> = []
    var runs: [String: RunHistory.Outcome] = [:]
  }

  let shared: Shared
  let workers: Workers
  /// What a tracker of the same process says; nil where there is none.
  let tracker: (@Sendable () -> TrackerStatus?)?
  let began = ContinuousClock.now
  private let started = Monitor.now
  private let logger: Logger
  private let executor = BlockingExecutor(label: "monitor")
  private let state = Mutex(State(demand: Demand(now: Monitor.now)))

  init(
    shared: Shared, workers: Workers, tracker: (@Sendable () -> TrackerStatus?)?, logger: Logger
  ) {
    self.shared = shared
    self.workers = workers
    self.tracker = tracker
    self.logger = logger
  }

  static var now: ArchiveDate { ArchiveDate(seconds: HTTPDate.now.seconds) }

  /// Takes samples until it is cancelled.
  func run() async {
    let interval = shared.configuration.sampleInterval
    await withTaskExecutorPreference(executor) {
      var next = ContinuousClock.now + interval
      while !Task.isCancelled {
        report()
        try? await Task.sleep(until: next)
        if Task.isCancelled { return }
        next = max(next + interval, .now)
        guard
          let view = try? await AdminView.collect(workers, on: workers.anyLoop).get(),
          let demand = try? await workers.collect({ $0.takeDemand() })
        else { continue }
        note(demand)
        sample(view)
      }
    }
  }

  /// Takes over what files were asked for.
  func note(_ demand: [DemandLog.Contents]) {
    let now = Self.now
    state.withLock { state in
      for part in demand {
        state.demand.add(part.files, now: now)
        state.suites.merge(part.suites, uniquingKeysWith: +)
      }
    }
  }

  private func sample(_ view: AdminView) {
    let now = (date: Self.now, instant: ContinuousClock.now)
    let connections = shared.admission.count
    state.withLock { state in
      let (last, peers) = (state.counters, state.peers)
      var sample = Sample(
        time: now.date, seconds: max(0.001, (now.instant - state.sampled) / .seconds(1)))
      let pieces = view.counters.pieceBytes - last.pieceBytes
      sample.paths = view.counters.bytes - last.bytes - pieces
      sample.pieces = pieces
      sample.peers =
        view.peers.standardBytes + view.peers.numberedBytes - peers.standardBytes
        - peers.numberedBytes
      sample.responses = view.counters.all - last.all
      sample.connections = UInt64(connections)
      sample.peerConnections = UInt64(view.connected.all)
      sample.rejected = view.counters.rejected - last.rejected
      sample.peersRejected = view.peers.count(of: .full) - peers.count(of: .full)
      sample.throttled = view.counters.throttled - last.throttled
      sample.peersThrottled = view.peers.throttled - peers.throttled
      state.series.append(sample, suites: state.suites)
      state.suites = [:]
      state.counters = view.counters
      state.peers = view.peers
      state.sampled = now.instant
    }
  }

  // MARK: What it tells

  var series: Series { state.withLock { $0.series } }

  var demand: Demand { state.withLock { $0.demand } }

  /// How the last runs ended, as they have noted themselves; blocks on the disk.
  func runs() -> RunHistory {
    guard let directory = shared.configuration.state else { return RunHistory() }
    do throws(ArchiveError) {
      let runs = try RunHistory(directory: directory)
      shared.troubles[.runs] = nil
      return runs
    } catch {
      shared.troubles[.runs] = "\(error)"
      return RunHistory()
    }
  }

  /// What an operator should know, given how the last runs ended.
  func warnings(_ runs: RunHistory) -> [StatusWarning] {
    let configuration = shared.configuration
    var conditions = StatusConditions(now: Self.now)
    conditions.runs = runs
    conditions.expected = configuration.suites
    conditions.runAge = configuration.runAge.components.seconds
    conditions.hasState = configuration.state != nil
    conditions.hasLedger = configuration.state.map { Ledger.exists(in: $0) } ?? false
    conditions.lacksOverlay = configuration.lacksOverlay
    for part in Troubles.Part.allCases { conditions.troubles[part] = shared.troubles[part] }
    conditions.accessLog = shared.log?.failure
    (conditions.different, conditions.differentPaths) = shared.knowledge.differentFiles(10)
    conditions.series = series
    return conditions.warnings + (tracker?()?.warnings ?? [])
  }

  /// What the log was told already, where it happened.
  private static let toldElsewhere: Set<String> = [
    "ledger-unreadable", "files-differ", "certificate", "tracker-trouble", "no-overlay",
  ]

  /// Tells the log of runs that have ended, and of warnings that begin or are over.
  private func report() {
    let runs = runs()
    let warnings = Set(warnings(runs).filter { !Self.toldElsewhere.contains($0.code) })
    var ended: [String: RunHistory.Outcome] = [:]
    for suite in runs.suites { ended[suite.name] = suite.outcomes.last }
    let (before, known) = state.withLock { [ended] state in
      defer { (state.warned, state.runs) = (warnings, ended) }
      return (state.warned, state.runs)
    }
    for (suite, run) in ended.sorted(by: { $0.key < $1.key }) {
      // Those that ended before the daemon began are no news.
      guard known[suite] != run, run.ended >= started.seconds else { continue }
      logger.info(
        "run ended",
        metadata: [
          "suite": "\(suite)", "status": "\(run.status)", "published": "\(run.published)",
          "seconds": "\(run.ended - run.began)",
        ])
    }
    for warning in warnings.subtracting(before).sorted(by: { $0.code < $1.code }) {
      logger.warning("\(warning.text)", metadata: ["code": "\(warning.code)"])
    }
    let over = Set(before.map(\.code)).subtracting(warnings.map(\.code))
    for code in over.sorted() { logger.notice("no longer so", metadata: ["code": "\(code)"]) }
  }
}
