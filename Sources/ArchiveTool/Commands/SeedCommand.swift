// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import Logging
internal import Publisher
internal import Seeder
internal import TrackerDaemon

/// `archive-tool seed`: serves the archive and the overlay.
struct SeedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seed", abstract: "Serve the archive and its overlay by HTTP, and to peers.",
    discussion: """
      The archive stands under its own paths, the overlay under /overlay/, where pool/ is the \
      archive's. What the ledger knows is served by hash and by piece as well, with torrents and \
      metalinks made on demand, and with --peer to BitTorrent clients. Sockets that systemd passes are listened on in place of --http. \
      Ends cleanly at SIGTERM and SIGINT.
      """)

  @Option(
    name: .long,
    help: ArgumentHelp("The archive: a directory with dists/ and pool/.", valueName: "directory"),
    completion: .directory)
  var archive: String?

  @Option(
    name: .long, help: ArgumentHelp("The overlay's directory.", valueName: "directory"),
    completion: .directory)
  var output: String?

  @OptionGroup var places: PlaceOptions

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      Addresses to listen on, as 127.0.0.1:8080, [::1]:0 or unix:/run/seed.sock. \
      (default: 127.0.0.1:8080)
      """, valueName: "address"))
  var http: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Addresses to listen on for BitTorrent peers, as 0.0.0.0:6881. (default: none)",
      valueName: "address"))
  var peer: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where metrics, health and status are, as 127.0.0.1:8081. (default: nowhere)",
      valueName: "address"))
  var admin: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Event loops. (default: one for each processor)", valueName: "number"))
  var threads: Int?

  @Flag(name: .long, help: "List directories.")
  var listings = false

  @Option(
    name: .long,
    help: ArgumentHelp("Log requests to this file, in combined format.", valueName: "file"),
    completion: .file())
  var accessLog: String?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Addresses to run a tracker on, over HTTP; see track.", valueName: "address")
  )
  var trackerHttp: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Addresses to run a tracker on, over UDP.", valueName: "address"))
  var trackerUdp: [String] = []

  @OptionGroup var log: LogOptions

  @Flag(name: .shortAndLong, help: "Do not say where it listens, nor that it starts and stops.")
  var quiet = false

  func run() async throws {
    let file = try places.configuration()
    let logger = try log.logger(file, quiet: quiet)
    var configuration = try seederConfiguration(file, logger)
    var descriptors = try DescriptorLimit.raiseForDaemon()
    let tracker = try tracker(file, peers: configuration.peers, half: descriptors / 2, logger)
    if tracker != nil { descriptors /= 2 }
    configuration.limits.fit(
      descriptors: descriptors, loops: configuration.threads ?? ArchiveOptions.processors)
    let seeder = HTTPSeeder(
      configuration: configuration, metrics: tracker.map { [$0.pages.metrics] } ?? [],
      pages: tracker.map { ["/stats": $0.pages.statistics] } ?? [:],
      tracker: tracker.map { $0.pages.status }, logger: logger
    ) { [configuration] addresses in
      announce(addresses, configuration, logger)
      Daemon.started(logger, ["archive": "\(configuration.archive.path)"])
      ServiceManager.tellReady()
    }
    try await Daemon.run([seeder] + (tracker.map { [$0] } ?? []), logger: logger)
  }

  /// What command line and configuration say.
  private func seederConfiguration(
    _ file: ConfigurationFile, _ logger: Logger
  ) throws -> SeederConfiguration {
    let settings = try file.settings(for: [])
    let archive = archive ?? settings.archive
    guard !archive.isEmpty else {
      throw ArchiveError(
        .usage, "which archive?", advice: "name a directory by --archive, or Archive")
    }
    if let threads, !(1...1024).contains(threads) {
      throw ArchiveError(.usage, "--threads: expected a number from 1 to 1024")
    }
    var configuration = SeederConfiguration(
      archive: try ArchiveRoot(path: archive),
      overlay: try overlay(output ?? settings.output, logger),
      addresses: try addresses(file))
    let seed = SeedSettings(file)
    try seed.apply(to: &configuration)
    configuration.version = ArchiveTool.version
    configuration.suites = file.words(.suites)
    configuration.lacksOverlay =
      configuration.overlay == nil && !(output ?? settings.output).isEmpty
    configuration.state = places.state ?? settings.state
    configuration.tls = try seed.tls()
    configuration.objectAddresses = settings.objects.addresses
    configuration.peers = try (peer.isEmpty ? file.words(.peer) : peer).map {
      try ListenAddress($0)
    }
    configuration.admin = try (admin ?? file.words(.admin).first).map { try ListenAddress($0) }
    configuration.threads = threads ?? configuration.threads
    configuration.listings = listings || configuration.listings
    configuration.accessLog = accessLog ?? configuration.accessLog
    return configuration
  }

  /// An archive may be served before its first overlay is made, or have none.
  private func overlay(_ path: String, _ logger: Logger) throws -> ArchiveRoot? {
    if path.isEmpty { return nil }
    guard exists(path) else {
      logger.warning("no overlay is served: it is not there yet", metadata: ["path": "\(path)"])
      return nil
    }
    return try ArchiveRoot(path: path)
  }

  private func addresses(_ file: ConfigurationFile) throws -> [ListenAddress] {
    if !http.isEmpty { return try http.map { try ListenAddress($0) } }
    let passed = PassedSockets.take()
    if !passed.isEmpty { return passed }
    let configured = file.words(.http)
    return try (configured.isEmpty ? ["127.0.0.1:8080"] : configured).map { try ListenAddress($0) }
  }

  private func announce(
    _ addresses: [String], _ configuration: SeederConfiguration, _ logger: Logger
  ) {
    if quiet { return }
    let plain = configuration.addresses.count
    let secure = plain + (configuration.tls?.addresses.count ?? 0)
    let peers = secure + configuration.peers.count
    let roles = addresses.enumerated().map { index, address in
      let role =
        index < plain ? "http" : index < secure ? "https" : index < peers ? "peers" : "admin"
      return (role: role, address: address)
    }
    Daemon.announce(roles, logger: logger) { index in
      let (role, address) = roles[index]
      let scheme =
        address.hasPrefix("unix:") || role == "peers"
        ? "" : role == "https" ? "https://" : "http://"
      let how = role == "peers" || role == "admin" ? role : "listening"
      return "\(how) on \(scheme)\(address)\n"
    }
  }

  /// The tracker, where one is asked for by the command line or by Tracker-HTTP or Tracker-UDP.
  private func tracker(
    _ file: ConfigurationFile, peers: [ListenAddress], half descriptors: Int, _ logger: Logger
  ) throws -> TrackerService? {
    var setup = try TrackerSetup(file, logger: logger)
    setup.descriptors = descriptors
    if !trackerHttp.isEmpty { setup.http = trackerHttp }
    if !trackerUdp.isEmpty { setup.udp = trackerUdp }
    setup.isQuiet = quiet
    // The seeder's own addresses are said at the same time, in any order.
    setup.verb = "tracker"
    setup.offer(peers)
    return setup.http.isEmpty && setup.udp.isEmpty
      ? nil : try setup.closed(file, state: places.state)
  }
}
