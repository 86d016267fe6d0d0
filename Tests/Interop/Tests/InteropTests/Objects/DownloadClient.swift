// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture

/// Where a client gets a torrent's bytes from.
enum DownloadSource: CaseIterable {
  /// A libtorrent that calls the client; the torrent names no web seed.
  case peer
  /// nginx over the archive, as the torrent's web seed, and nobody else.
  case mirror
  /// `archive-tool seed`, as the torrent's web seed, and nobody else.
  case seeder
}

/// One download of one client.
struct Trial {
  let form: ObjectForm
  let source: DownloadSource
  /// Its file, or the magnet link.
  let object: String
  /// To save into.
  let directory: String
  /// The client listens here.
  let port: UInt16
  /// Seconds after which it is taken to have failed.
  let limit: Int
}

/// How it ended, by the client's own account.
struct TrialResult {
  let loads: Bool
  let finishes: Bool
  let text: String
}

/// A client that people have; loopback only, and no way of finding peers but being called.
enum DownloadClient: String, CaseIterable, Sendable {
  case aria, libtorrent, transmission

  /// Name and version, by the client itself.
  func version() throws -> String {
    switch self {
    case .libtorrent:
      return try Libtorrent.version()
    case .aria:
      let output = try Command("aria2c", "--version").check()
      let words = String(decoding: output, as: UTF8.self).split { $0 == " " || $0 == "\n" }
      return "aria2 \(words[2])"
    case .transmission:
      let output = try Command("transmission-cli", "--version").run()
      let words = (output.output + output.errors).split { $0 == " " || $0 == "\n" }
      return "Transmission \(words[1])"
    }
  }

  /// Starts all of them at the same time; waits for them when called again.
  func start(_ trials: [Trial]) throws -> () throws -> [TrialResult] {
    if self == .libtorrent { return try startLibtorrent(trials) }
    let running = try trials.map { trial in
      try self == .aria ? Self.aria(trial).start() : Self.transmission(trial).start()
    }
    return {
      try zip(trials, running).map { trial, process in
        try result(process.wait(within: .seconds(trial.limit + 60)))
      }
    }
  }

  private func result(_ outcome: Outcome) -> TrialResult {
    let text = outcome.output + outcome.errors
    // 26: a torrent that cannot be parsed. transmission-cli ends with 1 before it begins.
    let refused =
      self == .aria
      ? outcome.status == 26 || text.contains("Unrecognized URI") : outcome.status == 1
    return TrialResult(loads: !refused, finishes: outcome.status == 0, text: text)
  }

  private func startLibtorrent(_ trials: [Trial]) throws -> () throws -> [TrialResult] {
    let downloads = try Libtorrent.download(
      trials.map { trial in
        Libtorrent.Job(
          torrent: trial.object, directory: trial.directory, port: trial.port,
          limit: Double(trial.limit))
      })
    return {
      try downloads().map { download in
        TrialResult(loads: download.loads, finishes: download.finishes, text: download.note)
      }
    }
  }

  private static func aria(_ trial: Trial) -> Command {
    Command(
      "aria2c", "--no-conf", "--enable-dht=false", "--enable-dht6=false", "--bt-enable-lpd=false",
      "--enable-peer-exchange=false", "--disable-ipv6", "--interface=127.0.0.1",
      "--listen-port=\(trial.port)", "--seed-time=0", "--file-allocation=none",
      "--summary-interval=0", "--bt-stop-timeout=\(trial.limit)", "--dir=\(trial.directory)",
      trial.object)
  }

  /// It is interrupted by its own script when it has everything. When a magnet link has led to the
  /// torrent it may run that too early, and now and then ends by itself: only what is complete has
  /// its own name, and without that it is started again.
  private static func transmission(_ trial: Trial) throws -> Command {
    let home = "\(trial.directory).home"
    try Files.write(
      """
      {
        "bind-address-ipv4": "127.0.0.1", "bind-address-ipv6": "::1",
        "dht-enabled": false, "lpd-enabled": false, "pex-enabled": false, "utp-enabled": false,
        "port-forwarding-enabled": false
      }
      """, to: "\(home)/settings.json")
    try Files.write(
      """
      #!/bin/sh
      test ! -e "$TR_TORRENT_DIR/$TR_TORRENT_NAME" || { : >"${0%/*}/done"; kill -INT $PPID; }

      """, to: "\(home)/finished")
    try Command("chmod", "+x", "\(home)/finished").check()
    return Command(
      "timeout", "\(trial.limit)", "sh", "-c",
      #"while transmission-cli "$@"; do test ! -e "$2/done" || exit 0; done; exit 1"#, "sh",
      "--config-dir", home, "--download-dir", trial.directory, "--port", "\(trial.port)",
      "--no-portmap", "--encryption-tolerated", "--finish", "\(home)/finished", trial.object)
  }
}
