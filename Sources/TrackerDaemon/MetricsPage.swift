// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import Glibc
private import Synchronization
internal import Tracker

/// What a tracker says of itself to Prometheus (text format 0.0.4).
struct MetricsPage {
  private var page = MetricsText(prefix: "tracker_")

  init(_ context: WorkerContext) {
    let counters = context.totalCounters
    let totals = context.engine.totals
    answers(counters)
    refusals(counters)
    page.family("requests_ignored_total", .counter, "Datagrams that were not worth an answer.")
    page.sample("requests_ignored_total", counters.ignored)
    page.family("received_bytes_total", .counter, "Bytes of requests.")
    page.sample("received_bytes_total", counters.received)
    page.family("sent_bytes_total", .counter, "Bytes of answers.")
    page.sample("sent_bytes_total", counters.sent)
    page.family("peers", .gauge, "Peers that are remembered.")
    page.sample("peers", totals.counts.seeds, ["standing": "seed"])
    page.sample("peers", totals.counts.partialSeeds, ["standing": "partial_seed"])
    page.sample("peers", totals.counts.downloaders, ["standing": "downloader"])
    page.family("swarms", .gauge, "Torrents that somebody has announced.")
    page.sample("swarms", totals.torrents)
    page.family("torrents", .gauge, "Ids that are answered for.")
    page.sample("torrents", context.engine.registry.count)
    page.family("holder_peers", .gauge, "Peers that have announced pieces.")
    page.sample("holder_peers", totals.holderPeers)
    page.family("holders", .gauge, "Entries of the holder index.")
    page.sample("holders", totals.holders)
    page.family("connections", .gauge, "HTTP connections that are open.")
    page.sample("connections", context.connections.withLock { $0.reduce(0, +) })
    page.family("memory_bytes", .gauge, "Memory of peers and holders, and its limit.")
    page.sample("memory_bytes", totals.memory, ["kind": "used"])
    page.sample("memory_bytes", context.engine.policy.memory, ["kind": "limit"])
    page.family("resident_bytes", .gauge, "Memory of the process.")
    page.sample("resident_bytes", Self.residentBytes)
  }

  static func render(_ context: WorkerContext) -> String { MetricsPage(context).page.text }

  private mutating func answers(_ counters: TrackerCounters) {
    page.family("answers_total", .counter, "Requests that were answered.")
    for transport in TrackerProtocol.allCases {
      for family in AddressFamily.allCases {
        for action in TrackerAction.allCases where transport == .udp || action != .connect {
          page.sample(
            "answers_total", counters.answers(transport, family, action),
            ["protocol": "\(transport)", "family": "\(family)", "action": "\(action)"])
        }
      }
    }
  }

  private mutating func refusals(_ counters: TrackerCounters) {
    page.family("refusals_total", .counter, "Requests that were refused.")
    for transport in TrackerProtocol.allCases {
      for refusal in Refusal.allCases {
        page.sample(
          "refusals_total", counters.refusals(transport, refusal),
          ["protocol": "\(transport)", "reason": "\(refusal.label)"])
      }
    }
  }

  /// The second number of /proc/self/statm, in pages.
  private static var residentBytes: Int {
    guard let file = fopen("/proc/self/statm", "r") else { return 0 }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 128)
    guard fgets(&line, 128, file) != nil else { return 0 }
    let bytes = line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    return words.count > 1 ? (Int(words[1]) ?? 0) * sysconf(Int32(_SC_PAGESIZE)) : 0
  }
}
