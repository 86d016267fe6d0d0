// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import Glibc
private import Synchronization
internal import Tracker

/// What a tracker says of itself to Prometheus (text format 0.0.4).
struct MetricsPage {
  private var text = ""

  init(_ context: WorkerContext) {
    let counters = context.totalCounters
    let totals = context.engine.totals
    answers(counters)
    refusals(counters)
    family("requests_ignored_total", "counter", "Datagrams that were not worth an answer.")
    sample("requests_ignored_total", counters.ignored)
    family("received_bytes_total", "counter", "Bytes of requests.")
    sample("received_bytes_total", counters.received)
    family("sent_bytes_total", "counter", "Bytes of answers.")
    sample("sent_bytes_total", counters.sent)
    family("peers", "gauge", "Peers that are remembered.")
    sample("peers", totals.counts.seeds, "{standing=\"seed\"}")
    sample("peers", totals.counts.partialSeeds, "{standing=\"partial_seed\"}")
    sample("peers", totals.counts.downloaders, "{standing=\"downloader\"}")
    family("swarms", "gauge", "Torrents that somebody has announced.")
    sample("swarms", totals.torrents)
    family("torrents", "gauge", "Ids that are answered for.")
    sample("torrents", context.engine.registry.count)
    family("holder_peers", "gauge", "Peers that have announced pieces.")
    sample("holder_peers", totals.holderPeers)
    family("holders", "gauge", "Entries of the holder index.")
    sample("holders", totals.holders)
    family("connections", "gauge", "HTTP connections that are open.")
    sample("connections", context.connections.withLock { $0.reduce(0, +) })
    family("memory_bytes", "gauge", "Memory of peers and holders, and its limit.")
    sample("memory_bytes", totals.memory, "{kind=\"used\"}")
    sample("memory_bytes", context.engine.policy.memory, "{kind=\"limit\"}")
    family("resident_bytes", "gauge", "Memory of the process.")
    sample("resident_bytes", Self.residentBytes)
  }

  static func render(_ context: WorkerContext) -> String { MetricsPage(context).text }

  private mutating func answers(_ counters: TrackerCounters) {
    family("answers_total", "counter", "Requests that were answered.")
    for transport in TrackerProtocol.allCases {
      for family in AddressFamily.allCases {
        for action in TrackerAction.allCases where transport == .udp || action != .connect {
          sample(
            "answers_total", counters.answers(transport, family, action),
            "{protocol=\"\(transport)\",family=\"\(family)\",action=\"\(action)\"}")
        }
      }
    }
  }

  private mutating func refusals(_ counters: TrackerCounters) {
    family("refusals_total", "counter", "Requests that were refused.")
    for transport in TrackerProtocol.allCases {
      for refusal in Refusal.allCases {
        sample(
          "refusals_total", counters.refusals(transport, refusal),
          "{protocol=\"\(transport)\",reason=\"\(refusal.label)\"}")
      }
    }
  }

  private mutating func family(_ name: String, _ type: String, _ help: String) {
    text += "# HELP tracker_\(name) \(help)\n# TYPE tracker_\(name) \(type)\n"
  }

  private mutating func sample(_ name: String, _ value: some BinaryInteger, _ labels: String = "") {
    text += "tracker_\(name)\(labels) \(value)\n"
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
