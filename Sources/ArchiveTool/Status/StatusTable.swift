// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Seeder
internal import TrackerDaemon

/// What a daemon says of itself as a few lines for a terminal.
struct StatusTable {
  private(set) var lines: [String] = []

  /// Of a seeder.
  init(_ status: SeederStatus) {
    begin("seed", status.version, status.time, status.uptimeSeconds)
    add(status.warnings)
    for suite in status.suites { add(suite) }
    for torrent in status.torrents where !torrent.superseded {
      add(
        "torrent",
        "\(torrent.suite) \(torrent.architecture) generation \(torrent.generation): "
          + "\(torrent.floor)..\(torrent.nextPiece), \(torrent.livePieces) pieces live")
    }
    add(
      "http",
      "\(status.http.connections) connections of \(status.http.addresses) addresses; "
        + "\(status.http.rejectedTotal) turned away")
    if status.peers.isServed {
      add(
        "peers",
        "\(status.peers.connections) of \(status.peers.networks) networks, "
          + "\(status.peers.interested) want pieces")
    }
    add("sending", "\(Units.bytes(status.traffic.bytesPerSecond))/s in the last minute")
    for source in status.traffic.sources {
      add(
        source.name,
        "\(Units.bytes(source.lastHour)) in an hour, \(Units.bytes(source.lastDay)) in a day, "
          + "\(Units.bytes(source.total ?? 0)) since the start")
    }
    for package in status.packages.wanted.prefix(3) {
      add("wanted", "\(package.path): \(package.requests) requests")
    }
    for package in status.packages.slowest.prefix(3) {
      add("slow", "\(package.path): \(Units.bytes(package.bytesPerSecond))/s")
    }
    if let tracker = status.tracker { add(tracker) }
  }

  /// Of a tracker.
  init(_ status: StatusDocument) {
    begin("track", status.version, status.time, status.uptimeSeconds)
    add(status.warnings)
    add(status.tracker)
  }

  private mutating func begin(_ daemon: String, _ version: String, _ time: String, _ up: Int64) {
    add("daemon", "\(daemon) \(version), up for \(Units.time(Double(up))), at \(time)")
  }

  private mutating func add(_ warnings: [StatusWarning]) {
    add(
      "health",
      warnings.isEmpty ? "well" : "\(warnings.count) warning\(warnings.count == 1 ? "" : "s")")
    for warning in warnings {
      add("warning", "\(warning.text)")
      add("", "\(warning.action) (\(warning.code))")
    }
  }

  private mutating func add(_ suite: SeederStatus.Suite) {
    var parts: [String] = []
    if let since = suite.runningSince { parts.append("a run is under way since \(since)") }
    if let run = suite.lastRun { parts.append("last run \(run.ended): \(run.outcome)") }
    if let release = suite.release { parts.append("Release of \(release)") }
    if let until = suite.validUntil { parts.append("valid until \(until)") }
    add("suite", "\(suite.name): \(parts.joined(separator: "; "))")
  }

  private mutating func add(_ tracker: TrackerStatus) {
    add(
      "tracker",
      "\(tracker.peers) peers in \(tracker.swarms) swarms: \(tracker.seeds) seeds, "
        + "\(tracker.partialSeeds) partial, \(tracker.downloaders) downloading; "
        + "\(tracker.torrents) ids answered for")
    add(
      "announces",
      "\(tracker.announcesOverHttp) over HTTP, \(tracker.announcesOverUdp) over UDP; "
        + "\(tracker.refusals) refusals")
  }

  private mutating func add(_ name: String, _ text: String) {
    let padding = String(repeating: " ", count: max(1, 11 - name.count))
    lines.append(Terminal.clean("\(name)\(padding)\(text)"))
  }
}
