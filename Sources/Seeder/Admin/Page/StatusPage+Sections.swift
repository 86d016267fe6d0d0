// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// What is published, who is connected, and how the pool is.
extension StatusPage {
  func writePublished(to html: inout HTML) {
    html.element("h3", "Runs of hash")
    html.table(
      "runs", "The last run over each suite, and the Release that it processed",
      [
        .text("Suite"), .text("Last run"), .text("Outcome"), .text("Last success"),
        .text("Release"), .text("Valid until"), .number("Failed of last"),
      ],
      status.suites.map(row), empty: "No run of hash is known.")
    html.element("h3", "Torrents")
    html.table(
      "torrents", "Numbered torrents: their generations, and which numbers are given and live",
      [
        .text("Suite"), .text("Architecture"), .number("Generation"), .number("Floor"),
        .number("Next number"), .number("Live pieces"), .text("Torrent id"),
      ],
      status.torrents.map { torrent in
        [
          .text(torrent.suite), .text(torrent.architecture),
          .text("\(torrent.generation)\(torrent.superseded ? " (superseded)" : "")"),
          .text(StatusBytes.grouped(torrent.floor)), .text(StatusBytes.grouped(torrent.nextPiece)),
          .text(StatusBytes.grouped(torrent.livePieces)), .code(torrent.id),
        ]
      }, empty: "Nothing is numbered yet.")
  }

  private func row(_ suite: SeederStatus.Suite) -> [HTML.Cell] {
    [
      .text(suite.name),
      .content { html in
        guard let since = suite.runningSince else {
          return html.time(suite.lastRun?.ended)
        }
        html.append("under way since ")
        html.time(since)
      },
      .content { html in
        guard let run = suite.lastRun else { return html.append("–") }
        html.element("span", ["class": run.status == 0 ? "good" : "bad"], run.outcome)
        html.append(" in \(StatusTime.duration(run.seconds))")
        if let message = run.message { html.element("small") { $0.append(": \(message)") } }
      },
      .time(suite.lastSuccess), .time(suite.release), .time(suite.validUntil),
      .text("\(suite.runsFailed) of \(suite.runsKnown)"),
    ]
  }

  func writeConnections(to html: inout HTML) {
    let (http, peers) = (status.http, status.peers)
    html.element("h3", "HTTP")
    figures(
      "http-figures", "Connections over HTTP and HTTPS",
      [
        ("open now", "\(StatusBytes.grouped(http.connections)) of \(http.connectionLimit)"),
        ("from addresses", StatusBytes.grouped(http.addresses)),
        ("of the address with most", StatusBytes.grouped(http.mostOfOneAddress)),
        ("since the start", StatusBytes.grouped(http.connectionsTotal)),
        ("turned away since the start", StatusBytes.grouped(http.rejectedTotal)),
      ]
        + http.responsesTotal.filter { $0.value > 0 }.sorted { $0.key < $1.key }.map {
          ("responses \($0.key)", StatusBytes.grouped($0.value))
        }, &html)
    html.element("h3", "BitTorrent peers")
    guard peers.isServed else {
      return html.element("p", ["class": "card"], "No peers are listened for.")
    }
    figures(
      "peer-figures", "Peers that are connected; nobody's torrents are told of",
      [
        ("connected", "\(StatusBytes.grouped(peers.connections)) of \(peers.connectionLimit)"),
        ("want pieces", StatusBytes.grouped(peers.interested)),
        ("may ask now", StatusBytes.grouped(peers.slots)),
        ("torrents", StatusBytes.grouped(peers.torrents)),
        ("by IPv4", StatusBytes.grouped(peers.ipv4)), ("by IPv6", StatusBytes.grouped(peers.ipv6)),
        ("networks (/24, /64)", StatusBytes.grouped(peers.networks)),
        ("of the network with most", StatusBytes.grouped(peers.mostOfOneNetwork)),
        ("since the start", StatusBytes.grouped(peers.connectionsTotal)),
      ], &html)
    html.table(
      "clients", "Peers by the program that they say to be", [.text("Program"), .number("Peers")],
      peers.clients.map { [.text($0.name), .text(StatusBytes.grouped($0.count))] },
      empty: "No peer is connected.", isNarrow: true)
  }

  func writeFiles(to html: inout HTML) {
    let files = status.files
    figures(
      "file-figures", "What the ledger knows, and how the pool stands to it",
      [
        ("contents known", StatusBytes.grouped(files.contents)),
        ("files known", StatusBytes.grouped(files.files)),
        ("kept open", StatusBytes.grouped(files.open)),
        ("waiting to be read again", StatusBytes.grouped(files.unverified)),
        ("with other bytes than were verified", StatusBytes.grouped(files.different)),
        ("contents that no file holds any more", StatusBytes.grouped(files.lacking)),
      ], &html)
  }

  func writeTracker(_ tracker: TrackerStatus, to html: inout HTML) {
    figures(
      "tracker-figures", "The tracker of this daemon",
      [
        ("peers", StatusBytes.grouped(tracker.peers)),
        ("seeds", StatusBytes.grouped(tracker.seeds)),
        ("partial seeds", StatusBytes.grouped(tracker.partialSeeds)),
        ("downloaders", StatusBytes.grouped(tracker.downloaders)),
        ("tell which pieces they have", StatusBytes.grouped(tracker.holderPeers)),
        ("swarms", StatusBytes.grouped(tracker.swarms)),
        ("ids answered for", StatusBytes.grouped(tracker.torrents)),
        ("announces over HTTP", StatusBytes.grouped(tracker.announcesOverHttp)),
        ("announces over UDP", StatusBytes.grouped(tracker.announcesOverUdp)),
        ("scrapes", StatusBytes.grouped(tracker.scrapes)),
        ("refusals", StatusBytes.grouped(tracker.refusals)),
        ("HTTP connections", StatusBytes.grouped(tracker.connections)),
        (
          "memory of peers",
          "\(StatusBytes.text(UInt64(tracker.memory))) of "
            + StatusBytes.text(UInt64(tracker.memoryLimit))
        ),
      ], &html)
  }

  /// Names and numbers.
  private func figures(
    _ id: String, _ caption: String, _ figures: [(String, String)], _ html: inout HTML
  ) {
    html.table(
      id, caption, [.text("What"), .number("How many")],
      figures.map { [.text($0.0), .text($0.1)] }, empty: "", isNarrow: true)
  }
}
