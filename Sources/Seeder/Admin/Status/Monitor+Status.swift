// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger

extension Monitor {
  /// Lists are no longer than this.
  private static let most = 10
  private static let hour: Int64 = 3600
  private static let day: Int64 = 86_400

  /// All that a seeder says of itself; blocks on the disk.
  func status(_ view: AdminView) -> SeederStatus {
    let now = Self.now
    let runs = runs()
    return SeederStatus(
      version: shared.configuration.version, time: "\(now)",
      uptimeSeconds: (ContinuousClock.now - began).components.seconds, warnings: warnings(runs),
      suites: runs.suites.map(SeederStatus.Suite.init),
      torrents: view.catalog.allTorrents.map(SeederStatus.Torrent.init).sorted { a, b in
        (a.suite, a.architecture, a.generation) < (b.suite, b.architecture, b.generation)
      },
      http: http(view), peers: peers(view), traffic: traffic(view, now), packages: packages(),
      files: files(view), tracker: tracker?())
  }

  private func http(_ view: AdminView) -> SeederStatus.HTTP {
    let origins = shared.admission.origins
    return SeederStatus.HTTP(
      connections: shared.admission.count, connectionLimit: shared.limits.connections,
      addresses: origins.count, mostOfOneAddress: origins.most,
      connectionsTotal: view.counters.connections, rejectedTotal: view.counters.rejected,
      responsesTotal: Dictionary(
        uniqueKeysWithValues: view.counters.byStatus.map { ("\($0.key)", $0.value) }))
  }

  private func peers(_ view: AdminView) -> SeederStatus.Peers {
    let crowd = view.crowd
    let clients = crowd.byClient.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var counts = clients.prefix(Self.most).map {
      SeederStatus.Count(name: $0.key, count: $0.value)
    }
    let rest = clients.dropFirst(Self.most).reduce(0) { $0 + $1.value }
    if rest > 0 { counts.append(SeederStatus.Count(name: "others", count: rest)) }
    return SeederStatus.Peers(
      isServed: !shared.configuration.peers.isEmpty, connections: view.connected.all,
      connectionLimit: shared.limits.peerConnections, interested: view.connected.interested,
      slots: view.connected.served, torrents: view.connected.torrents,
      ipv4: crowd.all - crowd.ipv6, ipv6: crowd.ipv6, networks: crowd.networks,
      mostOfOneNetwork: crowd.mostOfOneNetwork, clients: counts,
      connectionsTotal: view.peers.connections)
  }

  private func traffic(_ view: AdminView, _ now: ArchiveDate) -> SeederStatus.Traffic {
    let series = series
    func bytes(
      _ name: String, _ total: UInt64?, _ value: (Sample) -> UInt64
    ) -> SeederStatus.Bytes {
      SeederStatus.Bytes(
        name: name, lastHour: series.sum(Self.hour, before: now, value),
        lastDay: series.sum(Self.day, before: now, value), total: total)
    }
    let counters = view.counters
    let last = series.samples.last
    return SeederStatus.Traffic(
      sources: [
        bytes("files", counters.bytes - counters.pieceBytes, \.paths),
        bytes("pieces", counters.pieceBytes, \.pieces),
        bytes("peers", view.peers.standardBytes + view.peers.numberedBytes, \.peers),
      ],
      suites: series.suites.indices.map { slot in
        let name = series.suites[slot]
        return bytes(name.isEmpty ? "no suite" : name, nil) { series.bytes(slot, in: $0) }
      }
      .sorted { ($1.lastDay, $0.name) < ($0.lastDay, $1.name) },
      bytesPerSecond: last.map { UInt64(Double($0.bytes) / $0.seconds) } ?? 0)
  }

  private func packages() -> SeederStatus.Packages {
    let demand = demand
    return SeederStatus.Packages(
      since: "\(demand.since)",
      wanted: demand.wanted(Self.most).map { line in
        SeederStatus.Wanted(
          path: line.path.string, requests: line.demand.requests, error: line.error,
          bytes: line.demand.bytes)
      },
      slowest: demand.slowest(Self.most).map { line in
        SeederStatus.Slow(
          path: line.path.string, bytesPerSecond: line.demand.rate ?? 0,
          transfers: line.demand.timedTransfers)
      })
  }

  private func files(_ view: AdminView) -> SeederStatus.Files {
    let (different, paths) = shared.knowledge.differentFiles(Self.most)
    return SeederStatus.Files(
      contents: view.catalog.contents.count, files: view.catalog.files.count, open: view.openFiles,
      unverified: shared.knowledge.pendingCount, different: different, differentPaths: paths,
      lacking: shared.knowledge.lacking.count)
  }
}

extension SeederStatus.Suite {
  fileprivate init(_ suite: RunHistory.Suite) {
    func text(_ seconds: Int64?) -> String? {
      seconds.map { "\(ArchiveDate(seconds: $0))" }
    }
    self.init(
      name: suite.name, release: text(suite.release), validUntil: text(suite.validUntil),
      runningSince: text(suite.running), lastSuccess: text(suite.succeeded),
      lastRun: suite.outcomes.last.map { run in
        SeederStatus.Run(
          ended: "\(ArchiveDate(seconds: run.ended))", seconds: run.ended - run.began,
          status: run.status, published: run.published, message: run.message)
      },
      runsKnown: suite.outcomes.count, runsFailed: suite.outcomes.count { $0.status != 0 })
  }
}

extension SeederStatus.Torrent {
  fileprivate init(_ torrent: CatalogTorrent) {
    self.init(
      id: "\(torrent.id)", suite: torrent.suite, architecture: torrent.architecture,
      generation: torrent.generation, floor: torrent.floor.rawValue,
      nextPiece: torrent.next.rawValue, livePieces: torrent.live, superseded: torrent.isSuperseded)
  }
}
