// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger

/// What a seeder says of itself to Prometheus; docs/operations.md lists every name.
struct SeederMetrics {
  private var page = MetricsText(prefix: "archive_tool_")

  var text: String { page.text }

  init(_ view: AdminView, _ shared: Shared, runs: RunHistory, warnings: [StatusWarning]) {
    add(view.counters, shared)
    add(view.peers)
    add(view, shared)
    add(runs)
    add(warnings)
  }

  private mutating func counter(_ name: String, _ help: String, _ value: UInt64) {
    page.family(name, .counter, help)
    page.sample(name, value)
  }

  private mutating func gauge(_ name: String, _ help: String, _ value: Int) {
    page.family(name, .gauge, help)
    page.sample(name, value)
  }

  private mutating func add(_ counters: Counters, _ shared: Shared) {
    page.family("http_responses_total", .counter, "Responses by status.")
    for (status, count) in counters.byStatus.sorted(by: { $0.key < $1.key }) {
      page.sample("http_responses_total", count, ["status": "\(status)"])
    }
    counter("http_content_bytes_total", "Bytes of content sent.", counters.bytes)
    counter(
      "http_piece_bytes_total", "Of these, bytes that were asked for by hash or piece.",
      counters.pieceBytes)
    counter("http_connections_total", "Connections accepted.", counters.connections)
    gauge("http_connections", "Connections open.", shared.admission.count)
    counter("http_rejected_total", "Connections turned away.", counters.rejected)
    counter("http_timeouts_total", "Connections ended at a deadline.", counters.timeouts)
    counter("http_malformed_total", "Requests that were no HTTP.", counters.malformed)
    counter(
      "http_throttled_total", "Times that Upload-Rate kept a transfer waiting.",
      counters.throttled)
    counter(
      "changed_files_total", "Transfers ended because the file was written to.",
      counters.changedFiles)
    counter("pieces_total", "Pieces asked for.", counters.pieces)
  }

  private mutating func add(_ peers: PeerCounters) {
    page.family("peer_bytes_total", .counter, "Bytes of blocks sent to peers, by torrent.")
    page.sample("peer_bytes_total", peers.standardBytes, ["torrent": "standard"])
    page.sample("peer_bytes_total", peers.numberedBytes, ["torrent": "numbered"])
    page.family("peer_ended_total", .counter, "Connections of peers that were ended, by reason.")
    for (end, count) in peers.byEnd {
      page.sample("peer_ended_total", count, ["reason": end.rawValue])
    }
    counter("peer_connections_total", "Connections of peers.", peers.connections)
    counter("peer_handshakes_total", "Handshakes answered.", peers.handshakes)
    counter("peer_sent_bytes_total", "Bytes sent to peers.", peers.bytes)
    counter("peer_rejects_total", "Requests rejected.", peers.rejects)
    counter("peer_metadata_parts_total", "Parts of metadata given.", peers.metadataParts)
    counter("peer_hash_answers_total", "Hash requests answered.", peers.hashAnswers)
    counter(
      "peer_throttled_total", "Times that Peer-Upload-Limit kept peers waiting.", peers.throttled)
  }

  private mutating func add(_ view: AdminView, _ shared: Shared) {
    gauge("open_files", "Files kept open.", view.openFiles)
    gauge("catalog_contents", "Contents the ledger knows.", view.catalog.contents.count)
    gauge("catalog_files", "Files the ledger knows.", view.catalog.files.count)
    gauge(
      "unverified_files", "Files waiting to be read again.", shared.knowledge.pendingCount)
    gauge(
      "different_files", "Files with other bytes than were verified.",
      shared.knowledge.differentCount)
    gauge("peer_connections", "Peers connected.", view.connected.all)
    gauge("peer_interested", "Peers that want pieces.", view.connected.interested)
    gauge("peer_slots", "Peers that may ask.", view.connected.served)
    gauge("peer_torrents", "Torrents that peers are connected for.", view.connected.torrents)
    gauge(
      "peer_info_hashes", "Info hashes and roots that are known.", shared.knowledge.hashes.count)
    gauge(
      "lacking_contents", "Contents that no file holds any more.",
      shared.knowledge.lacking.count)
  }

  /// How the last run over each suite ended; families without a suite are written all the same.
  private mutating func add(_ runs: RunHistory) {
    func family(
      _ name: String, _ help: String, _ value: (RunHistory.Suite) -> Int64?,
      _ page: inout MetricsText
    ) {
      page.family(name, .gauge, help)
      for suite in runs.suites {
        if let value = value(suite) { page.sample(name, value, ["suite": suite.name]) }
      }
    }
    family(
      "run_status", "Exit status of the last run over a suite.",
      { $0.outcomes.last.map { Int64($0.status) } }, &page)
    family(
      "run_end_timestamp_seconds", "When the last run over a suite ended.",
      { $0.outcomes.last?.ended }, &page)
    family(
      "run_success_timestamp_seconds", "When the last run over a suite that went well ended.",
      { $0.succeeded }, &page)
    family(
      "release_valid_until_timestamp_seconds",
      "Until when the last Release that was processed is valid.", { $0.validUntil }, &page)
  }

  private mutating func add(_ warnings: [StatusWarning]) {
    page.family("warnings", .gauge, "Warnings of the status page, by code.")
    let counts = Dictionary(grouping: warnings, by: \.code).mapValues(\.count)
    for (code, count) in counts.sorted(by: { $0.key < $1.key }) {
      page.sample("warnings", count, ["code": code])
    }
  }
}
