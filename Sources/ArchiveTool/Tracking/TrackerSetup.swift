// SPDX-License-Identifier: Apache-2.0

private import ArchiveFiles
internal import ArchiveModel
private import Ledger
internal import Logging
private import Publisher
private import Synchronization
internal import Tracker
internal import TrackerDaemon

/// Makes a tracker of what the command line and the configuration say.
struct TrackerSetup {
  var http: [String]
  var udp: [String]
  var admin: [String] = []
  var policy = TrackerPolicy()
  /// How many threads answer; nil for one a processor.
  var workers: Int?
  /// What it may use of the process's; nil for all.
  var descriptors: Int?
  /// A directory of torrents to answer for as well.
  var torrents: String?
  /// Whether not to say where it listens.
  var isQuiet = false
  /// What a line with an address begins with.
  var verb = "listening"
  /// Whether the process serves when the tracker does.
  var isDaemon = false
  /// Called when all addresses are served.
  var onListening: @Sendable () -> Void = {}
  let logger: Logger

  /// As the configuration says.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) for a value that cannot be.
  init(_ file: ConfigurationFile, logger: Logger) throws(ArchiveError) {
    self.logger = logger
    http = file.words(.trackerHTTP)
    udp = file.words(.trackerUDP)
    torrents = try file.value(.trackerTorrents, SettingField.path)
    workers = try file.number(.trackerWorkers, in: TrackerOptions.workers)
    try readPolicy(file)
  }

  private mutating func readPolicy(_ file: ConfigurationFile) throws(ArchiveError) {
    func all<T>(
      _ field: SettingField, _ read: (String) throws(ArchiveError) -> T
    ) throws(ArchiveError) -> [T] {
      let words = file.words(field)
      return try file.value(field) { _ throws(ArchiveError) in
        try words.map { word throws(ArchiveError) in try read(word) }
      } ?? []
    }
    policy.ownSeeds = try all(.trackerOwnSeeds) { text throws(ArchiveError) in try Endpoint(text) }
    policy.networks = try all(.trackerNetworks) { text throws(ArchiveError) in try Network(text) }
    policy.trustedProxies = try all(.trackerTrustedProxies) { text throws(ArchiveError) in
      try Network(text)
    }
    if let minutes = try file.number(.trackerInterval, in: TrackerOptions.minutes) {
      policy.setInterval(minutes: minutes)
    }
    if let size = try file.number(.trackerMemory, in: TrackerOptions.mebibytes) {
      policy.memory = size << 20
    }
    if try file.value(.trackerLenient, SettingField.flag) ?? false {
      policy.connectionLifetime = ConnectionIDs.lenientLifetime
    }
    policy.allowsFullScrape = try file.value(.trackerFullScrape, SettingField.flag) ?? false
  }

  /// A tracker of what the ledger in `state` knows; nil stands for the directory that `file` names.
  func closed(_ file: ConfigurationFile, state: String?) throws -> TrackerService {
    let directory = try state ?? file.settings(for: []).state
    guard exists(directory) else {
      throw ArchiveError(
        .noInput, "there is no such directory", at: ArchiveError.Place(file: directory),
        advice: "name the one where hash keeps its ledger by --state, or State")
    }
    if !Ledger.exists(in: directory) {
      logger.warning(
        "there is no ledger yet: every torrent is refused until there is one",
        metadata: ["state": "\(directory)"])
    }
    let watch = LedgerWatch(
      directory: directory, torrents: torrents.map(TorrentDirectory.init(path:)),
      grace: { try file.settings(for: [$0]).generationGrace * 86400 })
    var configuration = TrackerConfiguration(
      reload: { [logger] in
        let start = ContinuousClock.now
        guard let registry = try watch.registry() else { return nil }
        logger.info(
          "ledger read",
          metadata: [
            "torrents": "\(registry.count)",
            "milliseconds": "\(Int((ContinuousClock.now - start) / .milliseconds(1)))",
          ])
        return registry
      },
      onTrouble: { [logger] in
        logger.error("the tracker goes on as it was", metadata: ["reason": "\($0)"])
      })
    configuration.snapshot = "\(directory)/tracker.snapshot"
    return try service(configuration)
  }

  /// A tracker of anything, which keeps nothing.
  func open() throws -> TrackerService {
    let isLoaded = Mutex(false)
    return try service(
      TrackerConfiguration(reload: {
        isLoaded.withLock { isLoaded in
          defer { isLoaded = true }
          return isLoaded ? nil : TorrentRegistry(isOpen: true)
        }
      }))
  }

  private func service(_ configuration: TrackerConfiguration) throws -> TrackerService {
    var configuration = configuration
    configuration.http = try http.map { try Endpoint($0) }
    configuration.udp = try udp.map { try Endpoint($0) }
    configuration.admin = try admin.map { try Endpoint($0) }
    configuration.policy = policy
    configuration.version = ArchiveTool.version
    configuration.workers = workers
    configuration.descriptors = descriptors
    return TrackerService(configuration: configuration) {
      [isQuiet, isDaemon, onListening, verb, logger] addresses in
      if !isQuiet { Self.announce(addresses, verb, logger) }
      onListening()
      if isDaemon { ServiceManager.tellReady() }
    }
  }

  private static func announce(
    _ addresses: TrackerService.Addresses, _ verb: String, _ logger: Logger
  ) {
    let roles =
      addresses.http.map { (role: "tracker-http", address: "http://\($0)") }
      + addresses.udp.map { (role: "tracker-udp", address: "udp://\($0)") }
      + addresses.admin.map { (role: "admin", address: "http://\($0)") }
    Daemon.announce(roles, logger: logger) { index in
      let (role, address) = roles[index]
      return "\(verb) on \(address)\(role == "admin" ? " (admin)" : "")\n"
    }
  }
}
