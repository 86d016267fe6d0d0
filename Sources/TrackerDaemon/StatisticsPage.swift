// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Tracker

/// What a tracker says of itself to people.
struct StatisticsPage {
  /// How many torrents are listed, the largest first.
  private static let length = 100

  private struct Line {
    let id: SwarmID
    let counts: SwarmCounts
  }

  static func render(_ context: WorkerContext) -> String {
    let registry = context.engine.registry
    let totals = context.engine.totals
    let counters = context.totalCounters
    var text = """
      \(totals.counts.peers) peers in \(totals.torrents) of \(registry.count) torrents: \
      \(totals.counts.seeds) seeds, \(totals.counts.partialSeeds) partial seeds, \
      \(totals.counts.downloaders) downloaders
      \(totals.holderPeers) peers tell what they hold
      \(announces(counters, .http)) announces over HTTP, \(announces(counters, .udp)) over UDP

        seeds  partial  downloading  completed  torrent

      """
    for line in largest(context.engine) {
      text += column(line.counts.seeds, 7) + column(line.counts.partialSeeds, 9)
      text += column(line.counts.downloaders, 13) + column(line.counts.completions, 11)
      text += "  \(name(of: line.id, registry))\n"
    }
    return text
  }

  private static func announces(_ counters: TrackerCounters, _ transport: TrackerProtocol) -> UInt64
  {
    AddressFamily.allCases.reduce(0) { $0 + counters.answers(transport, $1, .announce) }
  }

  private static func largest(_ engine: TrackerEngine) -> ArraySlice<Line> {
    var lines: [Line] = []
    engine.forEachSwarm { id, counts in lines.append(Line(id: id, counts: counts)) }
    lines.sort { a, b in
      a.counts.peers != b.counts.peers ? a.counts.peers > b.counts.peers : a.id < b.id
    }
    return lines.prefix(length)
  }

  private static func name(of id: SwarmID, _ registry: TorrentRegistry) -> String {
    guard let known = registry.description(of: id) else { return "\(id)" }
    return known.form == .numbered ? "\(known.name) (numbered)" : known.name
  }

  private static func column(_ number: Int, _ width: Int) -> String {
    let digits = "\(number)"
    return String(repeating: " ", count: max(1, width - digits.count)) + digits
  }
}
