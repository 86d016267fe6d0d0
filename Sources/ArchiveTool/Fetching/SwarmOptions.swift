// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import ArgumentParser
internal import SwarmClient
internal import TorrentMetadata

/// The options that say whom bytes are taken from and given to.
struct SwarmOptions: ParsableArguments {
  @Option(
    name: .long, defaultAsFlag: TimeArgument.unlimited,
    help: ArgumentHelp(
      "Give pieces to peers for so long after the last file, as 30m. (alone: until stopped)",
      valueName: "time"))
  var share: TimeArgument?

  @Option(
    name: .long,
    help: ArgumentHelp("Send peers at most so many bytes a second, as 500K.", valueName: "bytes"))
  var uploadLimit: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Take at most so many bytes a second, as 5M.", valueName: "bytes"))
  var downloadLimit: String?

  @Option(
    name: .long,
    help: ArgumentHelp("Where peers may connect to, as 0.0.0.0:6881.", valueName: "address"))
  var listen: String?

  @Flag(name: .long, help: "Ask neither trackers nor peers.")
  var noPeers = false

  @Flag(name: .long, help: "Take files from peers alone.")
  var noWebSeed = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A peer's address, as 192.0.2.1:6881; may be repeated.", valueName: "address"))
  var peer: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A tracker beside those that Release names; may be repeated.", valueName: "url"))
  var tracker: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Which pieces come first: rarest or in-order. (default: rarest)", valueName: "rarest|in-order"
    ))
  var order: String?

  @Flag(name: .long, help: "The same as --order in-order, for whoever reads a file as it comes.")
  var streaming = false

  @Option(
    name: .long,
    help: ArgumentHelp(
      """
      Look for a newer index so often while files come or are shared, as 1h; 0 for never. \
      (default: 15m)
      """, valueName: "time"))
  var refresh: TimeArgument?

  @Option(
    name: .long, help: ArgumentHelp("Files under way at once. (default: 4)", valueName: "number"))
  var jobs: Int?

  /// What was asked for.
  ///
  /// - Throws: `ArchiveError` (EX_USAGE) for a value that is none.
  func options() throws(ArchiveError) -> FetchOptions {
    var options = FetchOptions()
    options.webSeeds = !noWebSeed
    options.peers = !noPeers
    if noPeers, noWebSeed {
      throw ArchiveError(.usage, "--no-peers and --no-web-seed leave nobody to ask")
    }
    options.uploadLimit = try Self.rate(uploadLimit, "--upload-limit")
    options.downloadLimit = try Self.rate(downloadLimit, "--download-limit")
    for text in peer { options.knownPeers.append(try Endpoint(text)) }
    if let listen { options.listen = try Endpoint(listen) }
    for text in tracker {
      guard let url = AbsoluteURL(text), ["http", "https", "udp"].contains(url.scheme) else {
        throw ArchiveError(
          .usage, "--tracker: expected an http, https or udp URL, found '\(text)'")
      }
      options.trackers.append(url)
    }
    options.order = try chosenOrder()
    options.share = share?.duration
    if let refresh { options.refresh = refresh.duration == .zero ? nil : refresh.duration }
    guard (1...256).contains(jobs ?? 4) else {
      throw ArchiveError(.usage, "--jobs: expected a number from 1 to 256")
    }
    options.filesAtOnce = jobs ?? 4
    return options
  }

  private func chosenOrder() throws(ArchiveError) -> FetchOptions.Order {
    guard let order else { return streaming ? .inOrder : .rarest }
    guard let known = FetchOptions.Order(rawValue: order), !streaming || known == .inOrder else {
      throw ArchiveError(
        .usage, "--order: expected rarest or in-order, and no --streaming beside rarest")
    }
    return known
  }

  private static func rate(_ text: String?, _ option: String) throws(ArchiveError) -> ByteCount? {
    guard let text else { return nil }
    guard let rate = ByteCount(scaled: text), rate.rawValue >= 1024 else {
      throw ArchiveError(
        .usage, "\(option): expected bytes a second, at least 1K, found '\(text)'",
        advice: "write it as 500K or 5M")
    }
    return rate
  }
}

/// A length of time.
struct TimeArgument: ExpressibleByArgument, CustomStringConvertible {
  let duration: Duration
  let description: String

  /// Until the command is stopped.
  static let unlimited = TimeArgument(
    duration: .seconds(Int64(1) << 40), description: "until stopped")

  private init(duration: Duration, description: String) {
    self.duration = duration
    self.description = description
  }

  /// Reads `90`, `90s`, `30m`, `12h` or `7d`.
  init?(argument: String) {
    let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86400]
    let unit = argument.last.flatMap { units[$0] }
    let digits = unit == nil ? argument[...] : argument.dropLast()
    guard digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits),
      count <= 1_000_000
    else { return nil }
    self.init(duration: .seconds(count * (unit ?? 1)), description: argument)
  }
}
