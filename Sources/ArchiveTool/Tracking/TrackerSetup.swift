// SPDX-License-Identifier: Apache-2.0

private import ArchiveFiles
internal import ArchiveModel
private import Ledger
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
  /// Says where it listens.
  var isQuiet = false

  /// As the configuration says.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) for a value that cannot be.
  init(_ file: ConfigurationFile) throws(ArchiveError) {
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
      Terminal.complain(
        "\(directory): no ledger yet, so every torrent is refused until there is one")
    }
    let watch = LedgerWatch(
      directory: directory, torrents: torrents.map(TorrentDirectory.init(path:)),
      grace: { try file.settings(for: [$0]).generationGrace * 86400 })
    var configuration = TrackerConfiguration(
      reload: { try watch.registry() }, onTrouble: { Terminal.complain("\($0)") })
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
    configuration.workers = workers
    configuration.descriptors = descriptors
    return TrackerService(configuration: configuration) { [isQuiet] addresses in
      guard !isQuiet else { return }
      for address in addresses.http { Terminal.draw("listening on http://\(address)\n") }
      for address in addresses.udp { Terminal.draw("listening on udp://\(address)\n") }
      for address in addresses.admin { Terminal.draw("listening on http://\(address) (admin)\n") }
    }
  }
}
