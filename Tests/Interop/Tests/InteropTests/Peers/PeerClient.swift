// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc

/// A client as it comes, but for its ways to peers: trackers alone.
enum PeerClient: String, CaseIterable, Sendable {
  case aria2
  case transmission = "Transmission"
  case libtorrent

  func takes(_ form: ObjectForm) -> Bool {
    switch self {
    case .libtorrent: true
    // Transmission 3.00 refuses hybrids. aria2 1.36 loads them, but announces a hash that is not
    // that of their info dictionary.
    case .transmission, .aria2: form.isV1
    }
  }

  /// Starts fetching all of `objects`, files or magnet links, into `directory`.
  func start(
    _ objects: [String], into directory: String, on host: TestNetwork.Host, of network: TestNetwork
  ) throws -> PeerDownload {
    let commands: [Command] =
      switch self {
      case .aria2: [Self.aria2(objects, directory)]
      // With its default of encryption preferred: it has to come again in plain.
      case .transmission:
        try objects.map {
          try Transmission.command(
            $0, in: directory, home: Scratch.directory("home"), hasRandomPort: true)
        }
      case .libtorrent:
        [Command(["/usr/bin/python3", "-W", "ignore", "-c", Self.script, directory] + objects)]
      }
    return PeerDownload(
      try commands.map { try network.command($0, on: host).start() }, directory: directory)
  }

  private static func aria2(_ objects: [String], _ directory: String) -> Command {
    Command(
      [
        "aria2c", "--no-conf", "--enable-dht=false", "--enable-dht6=false",
        "--bt-enable-lpd=false", "--enable-peer-exchange=false", "--disable-ipv6=false",
        "--seed-time=0", "--file-allocation=none", "--summary-interval=0",
        "--max-concurrent-downloads=20", "--dir=\(directory)",
      ] + ["-Z"] + objects)
  }

  private static let script = """
    import libtorrent, sys, time
    directory, objects = sys.argv[1], sys.argv[2:]
    session = libtorrent.session({
        "listen_interfaces": "0.0.0.0:6881,[::]:6881", "enable_dht": False, "enable_lsd": False,
        "enable_upnp": False, "enable_natpmp": False, "enable_outgoing_utp": False,
        "alert_mask": libtorrent.alert.category_t.error_notification
        | libtorrent.alert.category_t.peer_notification})
    for object in objects:
        if object.startswith("magnet:"):
            asked = libtorrent.parse_magnet_uri(object)
        else:
            asked = libtorrent.add_torrent_params()
            asked.ti = libtorrent.torrent_info(object)
        asked.save_path = directory
        asked.flags &= ~(libtorrent.torrent_flags.auto_managed | libtorrent.torrent_flags.paused)
        session.add_torrent(asked)
    while True:
        for alert in session.pop_alerts():
            print(alert.what(), alert.message(), file=sys.stderr)
        time.sleep(0.1)
    """
}

/// Clients that run, until this goes.
final class PeerDownload {
  private let processes: [RunningCommand]
  private let directory: String

  init(_ processes: [RunningCommand], directory: String) {
    self.processes = processes
    self.directory = directory
  }

  deinit {
    for process in processes {
      process.signal(SIGKILL)
      _ = try? process.wait()
    }
  }

  /// Whether it has these files, whole.
  func holds(_ files: [String: [UInt8]]) -> Bool {
    files.allSatisfy { name, bytes in (try? Files.read("\(directory)/\(name)")) == bytes }
  }

  var words: String { processes.map(\.errorsSoFar).joined(separator: "\n") }
}
