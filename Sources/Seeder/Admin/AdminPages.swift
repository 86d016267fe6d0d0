// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import HTTPMessages
internal import NIOCore
internal import NIOPosix

/// What operators ask: metrics, health and status. Answered on a listener of its own, so that no
/// public address has any of it.
final class AdminPages: Sendable {
  private let shared: Shared
  private let workers: Workers
  /// Further metrics in Prometheus's text format, of other services of the process.
  private let metrics: [@Sendable () -> String]
  /// Further pages, by path.
  private let pages: [String: @Sendable () -> String]
  private let began = NIODeadline.now()

  init(
    shared: Shared, workers: Workers, metrics: [@Sendable () -> String],
    pages: [String: @Sendable () -> String]
  ) {
    self.shared = shared
    self.workers = workers
    self.metrics = metrics
    self.pages = pages
  }

  /// Answers on `loop`.
  func respond(
    to request: Request, on loop: any EventLoop, _ done: @escaping (Response) -> Void
  ) {
    if shared.configuration.admin?.isLoopback == true, !LoopbackHost.isMeant(request.host) {
      return done(Response(Answer(status: 403, text: LoopbackHost.refusal)))
    }
    guard request.method == .get || request.method == .head else {
      done(Response(.methodNotAllowed("GET, HEAD")))
      return
    }
    let path = String(decoding: request.target.prefix { $0 != 0x3F }, as: UTF8.self)
    switch path {
    case "/healthz": done(Response(Answer(status: 200, text: "ok\n")))
    case "/metrics":
      collect(on: loop) { view in
        let type = "text/plain; version=0.0.4; charset=utf-8"
        self.render(type, on: loop, { self.metrics(view) }, done)
      }
    case "/status":
      collect(on: loop) { done(.page("application/json", self.status($0))) }
    default:
      guard let page = pages[path] else {
        done(Response(.notFound))
        return
      }
      render("text/plain; charset=utf-8", on: loop, page, done)
    }
  }

  /// Makes a page on a thread of the pool: what other services say may take its time.
  private func render(
    _ type: String, on loop: any EventLoop, _ make: @escaping @Sendable () -> String,
    _ done: @escaping (Response) -> Void
  ) {
    let text = shared.pool.runIfActive(eventLoop: loop) { make() }
    text.assumeIsolated().whenComplete { text in
      done((try? text.get()).map { .page(type, $0) } ?? Response(.overloaded))
    }
  }

  /// What workers say of themselves, put together.
  private struct View: Sendable {
    var counters: Counters
    var peers: PeerCounters
    var connected: PeerHub.Census
    var openFiles: Int
    /// The oldest that any of them goes by, with its epoch.
    var catalog: Catalog
    var epoch: Int

    init(_ worker: Worker) {
      counters = worker.counters
      peers = worker.peers.counters
      connected = worker.peers.census
      openFiles = worker.files.count
      catalog = worker.catalog
      epoch = worker.epoch
    }

    mutating func add(_ other: View) {
      counters = counters + other.counters
      peers = peers + other.peers
      connected = connected + other.connected
      openFiles += other.openFiles
      if other.epoch < epoch { (catalog, epoch) = (other.catalog, other.epoch) }
    }
  }

  private func collect(on loop: any EventLoop, _ done: @escaping (View) -> Void) {
    let all = EventLoopFuture.whenAllSucceed(workers.submit { View($0) }, on: loop)
    all.assumeIsolated().whenSuccess { views in
      guard var sum = views.first else { return }
      for view in views.dropFirst() { sum.add(view) }
      done(sum)
    }
  }

  private func metrics(_ view: View) -> String {
    var page = MetricsText(prefix: "archive_tool_")
    page.family("http_responses_total", .counter, "Responses by status.")
    for (status, count) in view.counters.byStatus.sorted(by: { $0.key < $1.key }) {
      page.sample("http_responses_total", count, ["status": "\(status)"])
    }
    addPeers(view.peers, to: &page)
    for (name, kind, help, value) in values(view) + peerValues(view) {
      page.family(name, kind, help)
      page.sample(name, value)
    }
    return page.text + metrics.map { $0() }.joined()
  }

  /// The values that have no labels, as name, kind, help and value.
  private func values(_ view: View) -> [(String, MetricsText.Kind, String, UInt64)] {
    let (counters, catalog) = (view.counters, view.catalog)
    return [
      ("http_content_bytes_total", .counter, "Bytes of content sent.", counters.bytes),
      ("http_connections_total", .counter, "Connections accepted.", counters.connections),
      ("http_connections", .gauge, "Connections open.", UInt64(shared.admission.count)),
      ("http_rejected_total", .counter, "Connections turned away.", counters.rejected),
      ("http_timeouts_total", .counter, "Connections ended at a deadline.", counters.timeouts),
      ("http_malformed_total", .counter, "Requests that were no HTTP.", counters.malformed),
      (
        "changed_files_total", .counter, "Transfers ended because the file was written to.",
        counters.changedFiles
      ),
      ("pieces_total", .counter, "Pieces asked for.", counters.pieces),
      ("open_files", .gauge, "Files kept open.", UInt64(view.openFiles)),
      ("catalog_contents", .gauge, "Contents the ledger knows.", UInt64(catalog.contents.count)),
      ("catalog_files", .gauge, "Files the ledger knows.", UInt64(catalog.files.count)),
      (
        "unverified_files", .gauge, "Files waiting to be read again.",
        UInt64(shared.knowledge.pendingCount)
      ),
      (
        "different_files", .gauge, "Files with other bytes than were verified.",
        UInt64(shared.knowledge.differentCount)
      ),
    ]
  }

  /// What has labels of what peers are given.
  private func addPeers(_ peers: PeerCounters, to page: inout MetricsText) {
    page.family("peer_bytes_total", .counter, "Bytes of blocks sent to peers, by torrent.")
    page.sample("peer_bytes_total", peers.standardBytes, ["torrent": "standard"])
    page.sample("peer_bytes_total", peers.numberedBytes, ["torrent": "numbered"])
    page.family("peer_ended_total", .counter, "Connections of peers that were ended, by reason.")
    for (end, count) in peers.byEnd {
      page.sample("peer_ended_total", count, ["reason": end.rawValue])
    }
  }

  /// The same of what peers are given.
  private func peerValues(_ view: View) -> [(String, MetricsText.Kind, String, UInt64)] {
    let (peers, now) = (view.peers, view.connected)
    return [
      ("peer_connections_total", .counter, "Connections of peers.", peers.connections),
      ("peer_handshakes_total", .counter, "Handshakes answered.", peers.handshakes),
      ("peer_connections", .gauge, "Peers connected.", UInt64(now.all)),
      ("peer_interested", .gauge, "Peers that want pieces.", UInt64(now.interested)),
      ("peer_slots", .gauge, "Peers that may ask.", UInt64(now.served)),
      ("peer_torrents", .gauge, "Torrents that peers are connected for.", UInt64(now.torrents)),
      ("peer_sent_bytes_total", .counter, "Bytes sent to peers.", peers.bytes),
      ("peer_rejects_total", .counter, "Requests rejected.", peers.rejects),
      ("peer_metadata_parts_total", .counter, "Parts of metadata given.", peers.metadataParts),
      ("peer_hash_answers_total", .counter, "Hash requests answered.", peers.hashAnswers),
      (
        "peer_info_hashes", .gauge, "Info hashes and roots that are known.",
        UInt64(shared.knowledge.hashes.count)
      ),
      (
        "lacking_contents", .gauge, "Contents that no file holds any more.",
        UInt64(shared.knowledge.lacking.count)
      ),
    ]
  }

  private func status(_ view: View) -> String {
    let seconds = (NIODeadline.now() - began).nanoseconds / 1_000_000_000
    let responses = view.counters.byStatus.sorted { $0.key < $1.key }
      .map { "\"\($0.key)\": \($0.value)" }.joined(separator: ", ")
    let values = (values(view) + peerValues(view)).map { "  \"\($0.0)\": \($0.3)" }.joined(
      separator: ",\n")
    let torrents = view.catalog.allTorrents.sorted {
      $0.id.bytes.lexicographicallyPrecedes($1.id.bytes)
    }
    .map(\.json).joined(separator: ",\n")
    return """
      {
        "uptime_seconds": \(seconds),
        "http_responses": {\(responses)},
      \(values),
        "torrents": [
      \(torrents)
        ]
      }

      """
  }
}

extension CatalogTorrent {
  /// Architectures are names of Debian's, and have nothing that JSON would have escaped.
  fileprivate var json: String {
    "    {\"id\": \"\(id)\", \"architecture\": \"\(architecture)\", \"generation\": \(generation), "
      + "\"floor\": \(floor), \"next_piece\": \(next), \"superseded\": \(isSuperseded)}"
  }
}

extension Response {
  fileprivate static func page(_ type: String, _ text: String) -> Response {
    Response(
      Answer(
        status: 200,
        entity: EntityFields([Field("Content-Type", type), Field("Cache-Control", "no-store")]),
        content: .text(Array(text.utf8))))
  }
}
