// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import ArgumentParser
internal import Tracker

/// The options that say how a tracker answers.
struct TrackerOptions: ParsableArguments {
  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Public addresses of the mirror's own seeder, named to every downloader.")
  var ownSeed: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Networks whose peers are near each other, as 192.0.2.0/24.")
  var network: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Networks of proxies whose X-Forwarded-For is believed.")
  var trustedProxy: [String] = []

  @Option(
    name: .long, help: "A directory of torrents to answer for as well.", completion: .directory)
  var torrents: String?

  @Option(name: .long, help: "Minutes between a peer's announces, 5 to 40. (default: 30)")
  var interval: Int?

  @Option(name: .long, help: "Memory for peers, in MiB. (default: 1024)")
  var memory: Int?

  @Option(name: .long, help: "Threads that answer. (default: one for each processor)")
  var workers: Int?

  @Flag(name: .long, help: "Take UDP connection ids for an hour, and not for two minutes.")
  var lenient = false

  @Flag(name: .long, help: "Answer scrapes that name no torrent, with all of them.")
  var fullScrape = false

  /// What they say.
  ///
  /// - Throws: `ArchiveError` (EX_USAGE) for a value that cannot be.
  func policy() throws(ArchiveError) -> TrackerPolicy {
    var policy = TrackerPolicy()
    for text in ownSeed { policy.ownSeeds.append(try Endpoint(text)) }
    for text in network { policy.networks.append(try Network(text)) }
    for text in trustedProxy { policy.trustedProxies.append(try Network(text)) }
    if let interval {
      // A peer is remembered for half as long again, which has to stay below 68 minutes.
      try Self.check(interval, in: 5...40, "--interval")
      policy.interval = UInt64(interval) * 60
      policy.lifetime = policy.interval * 3 / 2
    }
    if let memory {
      try Self.check(memory, in: 1...1 << 20, "--memory")
      policy.memory = memory << 20
    }
    if let workers { try Self.check(workers, in: 1...1024, "--workers") }
    if lenient { policy.connectionLifetime = ConnectionIDs.lenientLifetime }
    policy.allowsFullScrape = fullScrape
    return policy
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
