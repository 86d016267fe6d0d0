// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import ArgumentParser
internal import Tracker

/// The options that say how a tracker answers.
struct TrackerOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Public addresses of the mirror's own seeder, named to every downloader.",
      valueName: "address"))
  var ownSeed: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Networks whose peers are near each other, as 192.0.2.0/24.")
  var network: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      "Networks of proxies whose X-Forwarded-For is believed.", valueName: "network"))
  var trustedProxy: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("A directory of torrents to answer for as well.", valueName: "directory"),
    completion: .directory)
  var torrents: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Minutes between a peer's announces, 5 to 40. (default: 30)", valueName: "minutes"))
  var interval: Int?

  @Option(
    name: .long, help: ArgumentHelp("Memory for peers, in MiB. (default: 1024)", valueName: "MiB"))
  var memory: Int?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Threads that answer. (default: one for each processor)", valueName: "number"))
  var workers: Int?

  @Flag(name: .long, help: "Take UDP connection ids for an hour, and not for two minutes.")
  var lenient = false

  @Flag(name: .long, help: "Answer scrapes that name no torrent, with all of them.")
  var fullScrape = false

  static let minutes = 5...40
  static let mebibytes = 1...1 << 20
  static let workers = 1...1024

  /// Puts what they say in place of what the configuration does.
  ///
  /// - Throws: `ArchiveError` (EX_USAGE) for a value that cannot be.
  func apply(to setup: inout TrackerSetup) throws(ArchiveError) {
    if let interval {
      try Self.check(interval, in: Self.minutes, "--interval")
      setup.policy.setInterval(minutes: interval)
    }
    if let memory {
      try Self.check(memory, in: Self.mebibytes, "--memory")
      setup.policy.memory = memory << 20
    }
    if let workers {
      try Self.check(workers, in: Self.workers, "--workers")
      setup.workers = workers
    }
    setup.torrents = torrents ?? setup.torrents
    try apply(to: &setup.policy)
  }

  private func apply(to policy: inout TrackerPolicy) throws(ArchiveError) {
    if !ownSeed.isEmpty { policy.ownSeeds = [] }
    for text in ownSeed { policy.ownSeeds.append(try Endpoint(text)) }
    if !network.isEmpty { policy.networks = [] }
    for text in network { policy.networks.append(try Network(text)) }
    if !trustedProxy.isEmpty { policy.trustedProxies = [] }
    for text in trustedProxy { policy.trustedProxies.append(try Network(text)) }
    if lenient { policy.connectionLifetime = ConnectionIDs.lenientLifetime }
    if fullScrape { policy.allowsFullScrape = true }
  }

  private static func check(
    _ number: Int, in range: ClosedRange<Int>, _ option: String
  ) throws(ArchiveError) {
    guard range.contains(number) else {
      throw ArchiveError(
        .usage,
        "\(option): expected \(range.lowerBound) to \(range.upperBound), found \(number)")
    }
  }
}

extension TrackerPolicy {
  /// A peer is remembered for half as long again as it is told to wait, which has to stay below 68
  /// minutes.
  mutating func setInterval(minutes: Int) {
    interval = UInt64(minutes) * 60
    lifetime = interval * 3 / 2
  }
}
