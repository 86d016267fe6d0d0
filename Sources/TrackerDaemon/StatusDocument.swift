// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
private import Glibc
private import Synchronization
internal import Tracker

/// What a tracker of its own says of itself, as `/status` writes it.
package struct StatusDocument: Codable, Sendable {
  package var daemon = "track"
  package var version: String
  /// RFC 3339.
  package var time: String
  package var uptimeSeconds: Int64
  package var warnings: [StatusWarning]
  package var tracker: TrackerStatus

  init(_ context: WorkerContext) {
    version = context.version
    time = "\(ArchiveDate(seconds: Int64(Glibc.time(nil))))"
    uptimeSeconds = (ContinuousClock.now - context.began).components.seconds
    tracker = TrackerStatus(context)
    warnings = tracker.warnings
  }

  var json: String { StatusJSON.encode(self) }
}

extension TrackerStatus {
  /// As a running tracker counts; looks at each swarm.
  init(_ context: WorkerContext) {
    self.init()
    let totals = context.engine.totals
    let counters = context.totalCounters
    func answers(_ transport: TrackerProtocol, _ action: TrackerAction) -> UInt64 {
      AddressFamily.allCases.reduce(0) { $0 + counters.answers(transport, $1, action) }
    }
    seeds = Int(totals.counts.seeds)
    partialSeeds = Int(totals.counts.partialSeeds)
    downloaders = Int(totals.counts.downloaders)
    swarms = totals.torrents
    torrents = context.engine.registry.count
    holderPeers = totals.holderPeers
    announcesOverHttp = answers(.http, .announce)
    announcesOverUdp = answers(.udp, .announce)
    scrapes = answers(.http, .scrape) + answers(.udp, .scrape)
    refusals = TrackerProtocol.allCases.reduce(0) { sum, transport in
      sum + Refusal.allCases.reduce(0) { $0 + counters.refusals(transport, $1) }
    }
    connections = context.connections.withLock { $0.reduce(0, +) }
    memory = totals.memory
    memoryLimit = context.engine.policy.memory
    trouble = context.trouble.withLock { $0 }
  }
}
