// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import ArgumentParser
internal import TrackerDaemon

/// `archive-tool track`: tells the clients of an archive of each other.
struct TrackCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "track", abstract: "Run a BitTorrent tracker for the archive.",
    discussion: """
      Answers for the archive's numbered torrents and for every torrent of its files that this \
      program hands out, and for nothing else. A run of hash is picked up by itself. Ends cleanly \
      at SIGTERM and SIGINT; a restart loses no swarm.
      """)

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Addresses to answer HTTP on, as 127.0.0.1:6969 or [::1]:0.", valueName: "address"))
  var http: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Addresses to answer UDP on.", valueName: "address"))
  var udp: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Private addresses for /stats, /metrics and /healthz.", valueName: "address")
  )
  var admin: [String] = []

  @OptionGroup var places: PlaceOptions

  @OptionGroup var options: TrackerOptions

  @Flag(name: .long, help: "Answer for any torrent, and keep nothing: for tests.")
  var open = false

  @OptionGroup var log: LogOptions

  @Flag(name: .shortAndLong, help: "Do not say where it listens, nor that it starts and stops.")
  var quiet = false

  func run() async throws {
    let file = try places.configuration()
    let logger = try log.logger(file, quiet: quiet)
    var setup = try TrackerSetup(file, logger: logger)
    if !http.isEmpty || !udp.isEmpty { (setup.http, setup.udp) = (http, udp) }
    if setup.http.isEmpty, setup.udp.isEmpty {
      throw ArchiveError(
        .usage, "which address?", advice: "name one by --http, --udp, Tracker-HTTP or Tracker-UDP")
    }
    setup.admin = admin
    setup.isQuiet = quiet
    setup.isDaemon = true
    try options.apply(to: &setup)
    setup.onListening = { Daemon.started(logger, [:]) }
    try await Daemon.run(
      [open ? setup.open() : setup.closed(file, state: places.state)], logger: logger)
  }
}
