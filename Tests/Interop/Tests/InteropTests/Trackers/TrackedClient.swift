// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc

/// A client of Debian's, told to find peers by the tracker alone.
enum TrackedClient: String, CaseIterable, Sendable {
  case aria2
  case transmission = "Transmission"
  case libtorrent

  /// What it cannot do, in plain words, and what it says when it has tried.
  func inability(_ format: TrackerFormat) -> (reason: String, words: String)? {
    guard format.transport == .udp, format.family == .v6 else { return nil }
    switch self {
    case .aria2: return ("aria2 announces over UDP from an IPv4 socket only", "UDPT fail CONNECT")
    case .transmission:
      return (
        "Transmission looks up IPv4 addresses only of UDP trackers", "Could not connect to tracker"
      )
    case .libtorrent: return nil
    }
  }

  /// What it takes for the format to work.
  func condition(_ format: TrackerFormat) -> String? {
    guard self == .aria2, format.transport == .udp, format.family == .v4 else { return nil }
    return "aria2 needs `--enable-dht`, whose socket its UDP announces use"
  }

  /// Starts it on what is in `directory`, where it also puts what is missing.
  ///
  /// - Parameters:
  ///   - torrent: What it is to complete and to offer.
  ///   - directory: Where its data is.
  ///   - host: Where it runs.
  ///   - network: What that is a host of.
  ///   - wanted: The one file of several that libtorrent is to fetch; nil for all.
  /// - Returns: The running client.
  /// - Throws: `FixtureError` when it cannot be started.
  func start(
    _ torrent: TrackedTorrent, in directory: String, on host: TestNetwork.Host,
    of network: TestNetwork, wanted: Int? = nil
  ) throws -> RunningClient {
    let home = try Scratch.directory("home")
    let command =
      switch self {
      case .aria2: Self.aria2(torrent, directory, home)
      case .transmission: try Transmission.command(torrent.path, in: directory, home: home)
      case .libtorrent:
        Command(
          "/usr/bin/python3", "-W", "ignore", "-c", Self.script, torrent.path, directory,
          wanted.map(String.init) ?? "all")
      }
    return RunningClient(
      process: try network.command(command, on: host).start(), directory: directory, home: home)
  }

  /// Its data is checked first, so what is already there counts.
  private static func aria2(_ torrent: TrackedTorrent, _ directory: String, _ home: String)
    -> Command
  {
    Command(
      "aria2c", "--no-conf", "--enable-dht=true", "--dht-file-path=\(home)/dht",
      "--enable-dht6=false", "--bt-enable-lpd=false", "--enable-peer-exchange=false",
      "--disable-ipv6=false", "--check-integrity=true", "--seed-ratio=0", "--dir=\(directory)",
      "--file-allocation=none", "--allow-overwrite=true", "--summary-interval=0",
      "--log=\(home)/log", "--log-level=info", torrent.path)
  }

  /// Once it has what it wanted, it announces again, as it would half an hour later.
  private static let script = """
    import libtorrent, sys, time
    path, directory, wanted = sys.argv[1:]
    session = libtorrent.session({
        "listen_interfaces": "0.0.0.0:6881,[::]:6881", "enable_dht": False, "enable_lsd": False,
        "enable_upnp": False, "enable_natpmp": False,
        "alert_mask": libtorrent.alert.category_t.tracker_notification
        | libtorrent.alert.category_t.error_notification})
    torrent = session.add_torrent(
        {"ti": libtorrent.torrent_info(path), "save_path": directory})
    if wanted != "all":
        torrent.prioritize_files(
            [4 * (file == int(wanted)) for file in range(torrent.torrent_file().num_files())])
    finished = False
    while True:
        for alert in session.pop_alerts():
            print(alert.what(), alert.message(), file=sys.stderr)
        status = torrent.status()
        if wanted != "all" and not finished and status.is_finished and not status.is_seeding:
            finished = True
            torrent.force_reannounce(0, -1, libtorrent.reannounce_flags_t.ignore_min_interval)
        time.sleep(0.1)
    """
}

/// A client that was started, until this goes.
final class RunningClient {
  private let process: RunningCommand
  private let directory: String
  private let home: String

  init(process: RunningCommand, directory: String, home: String) {
    self.process = process
    self.directory = directory
    self.home = home
  }

  deinit {
    process.signal(SIGKILL)
    _ = try? process.wait()
  }

  /// Whether it is no longer running, which no client does by itself.
  var hasEnded: Bool {
    var information = siginfo_t()
    let found = waitid(
      P_PID, id_t(process.pid), &information, WEXITED | WNOHANG | WNOWAIT)
    return found == 0 && information.si_signo == SIGCHLD
  }

  /// Whether it holds these files.
  func holds(_ files: [String: [UInt8]]) -> Bool {
    files.allSatisfy { name, bytes in (try? Files.read("\(directory)/\(name)")) == bytes }
  }

  /// What it has said so far, on standard error or in its log.
  var words: String {
    process.errorsSoFar + ((try? Files.text("\(home)/log")) ?? "")
  }
}
