// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PackagesParser
internal import Publisher
internal import StandardObjects

/// The fields of a configuration; each option of the command line has one.
enum SettingField: String, CaseIterable {
  case suite = "Suite"
  case suites = "Suites"
  case archive = "Archive"
  case output = "Output"
  case state = "State"
  case components = "Components"
  case architectures = "Architectures"
  case keyring = "Keyring"
  case allowUnsigned = "Allow-Unsigned"
  case allowOlder = "Allow-Older"
  case allowMassRetire = "Allow-Mass-Retire"
  case checkValidUntil = "Check-Valid-Until"
  case publish = "Publish"
  case fields = "Fields"
  case pieceSize = "Piece-Size"
  case legacySHA1 = "Legacy-SHA1"
  case hashes = "Hashes"
  case compress = "Compress"
  case signKey = "Sign-Key"
  case signCommand = "Sign-Command"
  case trackers = "Torrent-Trackers"
  case webSeeds = "Torrent-Web-Seeds"
  case paddingSeeds = "Torrent-Padding-Seeds"
  case torrentIf = "Torrent-If"
  case torrentForm = "Torrent-Form"
  case popularity = "Torrent-Popularity"
  case mirrors = "Metalink-Mirrors"
  case overlayURL = "Overlay-URL"
  case jobs = "Jobs"
  case bandwidth = "Bandwidth"
  case idleIO = "Idle-IO"
  case wait = "Wait"
  case byHashKeep = "By-Hash-Keep"
  case generationLiveShare = "Generation-Live-Share"
  case generationGrace = "Generation-Grace"
  case retireLimit = "Retire-Limit"
  case follow = "Follow"
  case followKeyring = "Follow-Keyring"
  case http = "HTTP"
  case admin = "Admin"
  case https = "HTTPS"
  case tlsCertificate = "TLS-Certificate"
  case tlsKey = "TLS-Key"
  case overlayPrefix = "Overlay-Prefix"
  case listings = "Listings"
  case accessLog = "Access-Log"
  case threads = "Threads"
  case maxConnections = "Max-Connections"
  case maxConnectionsPerAddress = "Max-Connections-Per-Address"
  case uploadRate = "Upload-Rate"
  case uploadRatePerConnection = "Upload-Rate-Per-Connection"
  case minimumRate = "Minimum-Rate"
  case headerTimeout = "Header-Timeout"
  case idleTimeout = "Idle-Timeout"
  case shutdownTimeout = "Shutdown-Timeout"
  case peer = "Peer"
  case peerUploadLimit = "Peer-Upload-Limit"
  case peerConnections = "Peer-Connections"
  case peerConnectionsPerAddress = "Peer-Connections-Per-Address"
  case peerSlots = "Peer-Slots"
  case scrubRate = "Scrub-Rate"
  case trackerHTTP = "Tracker-HTTP"
  case trackerUDP = "Tracker-UDP"
  case trackerOwnSeeds = "Tracker-Own-Seeds"
  case trackerNetworks = "Tracker-Networks"
  case trackerTrustedProxies = "Tracker-Trusted-Proxies"
  case trackerTorrents = "Tracker-Torrents"
  case trackerInterval = "Tracker-Interval"
  case trackerMemory = "Tracker-Memory"
  case trackerWorkers = "Tracker-Workers"
  case trackerLenient = "Tracker-Lenient"
  case trackerFullScrape = "Tracker-Full-Scrape"
  case logLevel = "Log-Level"
  case warnRunAge = "Warn-Run-Age"

  /// The field called `name`, case meaning nothing.
  init?(named name: String) {
    guard let field = Self.allCases.first(where: { $0.rawValue.lowercased() == name.lowercased() })
    else { return nil }
    self = field
  }

  /// Whether the field is no suite's own: one ledger, one archive, one daemon.
  var isGeneral: Bool {
    switch self {
    case .archive, .state, .suites, .wait: true
    default: isOfDaemons
    }
  }

  /// Whether the daemons, `seed` and `track`, alone look at the field.
  var isOfDaemons: Bool {
    switch self {
    case .http, .admin, .https, .tlsCertificate, .tlsKey, .overlayPrefix, .listings, .accessLog,
      .threads, .maxConnections, .maxConnectionsPerAddress, .uploadRate, .uploadRatePerConnection,
      .minimumRate, .headerTimeout, .idleTimeout, .shutdownTimeout, .peer, .peerUploadLimit,
      .peerConnections, .peerConnectionsPerAddress, .peerSlots, .scrubRate, .trackerHTTP,
      .trackerUDP, .trackerOwnSeeds, .trackerNetworks, .trackerTrustedProxies, .trackerTorrents,
      .trackerInterval, .trackerMemory, .trackerWorkers, .trackerLenient, .trackerFullScrape,
      .logLevel, .warnRunAge:
      true
    default: false
    }
  }

  /// Takes a value over into `settings`.
  ///
  /// - Throws: `ArchiveError` that says what was expected.
  func apply(_ text: String, to settings: inout SuiteSettings) throws(ArchiveError) {
    let words = text.split { $0 == " " || $0 == "\t" || $0 == "\n" }.map(String.init)
    if isOfDaemons { return }
    switch self {
    case .suite, .suites: break
    case .archive: settings.archive = try Self.path(text)
    case .output: settings.output = try Self.path(text)
    case .state: settings.state = try Self.path(text)
    case .components: settings.components = words
    case .architectures: settings.architectures = words
    case .keyring: settings.keyrings = words
    case .allowUnsigned: settings.allowUnsigned = try Self.flag(text)
    case .allowOlder: settings.allowOlder = try Self.flag(text)
    case .allowMassRetire: settings.allowMassRetire = try Self.flag(text)
    case .checkValidUntil: settings.checkValidUntil = try Self.flag(text)
    case .publish: settings.publish = try Self.publish(text)
    case .fields: settings.fields = try Self.fields(words)
    case .pieceSize: settings.base = try Self.pieceSize(text)
    case .legacySHA1: settings.legacySHA1 = try Self.flag(text)
    case .hashes: settings.hashes = try Self.hashes(words).union(.file)
    case .compress: settings.compressions = try Self.compressions(words)
    case .signKey: settings.signKey = text
    case .signCommand: settings.signCommand = text
    case .trackers:
      settings.trackers = words
      settings.objects.addresses.trackers = try ObjectFields.trackers(text)
    case .webSeeds:
      settings.webSeeds = words
      settings.objects.addresses.webSeeds = try ObjectFields.seeds(words)
    case .paddingSeeds: settings.objects.addresses.paddingSeeds = try ObjectFields.seeds(words)
    case .torrentIf: settings.objects.policy = try TorrentPolicy(text)
    case .torrentForm: settings.objects.form = try ObjectFields.form(text)
    case .popularity: settings.objects.popularity = try Self.path(text)
    case .mirrors: settings.objects.addresses.mirrors = try ObjectFields.mirrors(text)
    case .overlayURL: settings.objects.overlay = try ObjectFields.seeds([text]).first
    case .jobs: settings.jobs = try Self.number(text, in: 1...1024)
    case .bandwidth: settings.bandwidth = try Self.bandwidth(text)
    case .idleIO: settings.idleIO = try Self.flag(text)
    case .wait: settings.wait = try Self.number(text, in: 0...86400)
    case .byHashKeep: settings.byHashKeep = try Self.number(text, in: 0...1000)
    case .generationLiveShare:
      settings.generationLiveShare = Double(try Self.number(text, in: 0...100))
    case .generationGrace: settings.generationGrace = Int64(try Self.number(text, in: 0...3650))
    case .follow: settings.follow = try Self.path(text)
    case .followKeyring: settings.followKeyrings = words
    case .retireLimit: settings.retireLimit = Double(try Self.number(text, in: 0...100))
    default: break
    }
  }

  static func path(_ text: String) throws(ArchiveError) -> String {
    guard !text.isEmpty, !text.contains("\n") else { throw expected("a path", text) }
    return text
  }

  static func flag(_ text: String) throws(ArchiveError) -> Bool {
    switch text.lowercased() {
    case "yes", "true", "1": return true
    case "no", "false", "0": return false
    default: throw expected("yes or no", text)
    }
  }

  static func number(_ text: String, in range: ClosedRange<Int>) throws(ArchiveError) -> Int {
    guard let number = Int(text), range.contains(number) else {
      throw expected("a number from \(range.lowerBound) to \(range.upperBound)", text)
    }
    return number
  }

  static func publish(_ text: String) throws(ArchiveError) -> SuiteSettings.Publish {
    guard let publish = SuiteSettings.Publish(rawValue: text.lowercased()) else {
      throw expected("beside or in-place", text)
    }
    return publish
  }

  private static func fields(_ words: [String]) throws(ArchiveError) -> SuiteSettings.Fields {
    var fields: SuiteSettings.Fields = []
    for word in words {
      switch word.lowercased() {
      case "numbers": fields.insert(.numbers)
      case "roots": fields.insert(.roots)
      case "hashes": fields.insert(.hashes)
      default: throw expected("some of numbers, roots, hashes", word)
      }
    }
    return fields
  }

  static func hashes(_ words: [String]) throws(ArchiveError) -> PieceHashes {
    var hashes: PieceHashes = []
    for word in words {
      switch word.lowercased() {
      case "sha256": hashes.insert(.sha256)
      case "sha1": hashes.insert(.sha1)
      case "btmh": hashes.insert(.btmh)
      case "file": hashes.insert(.file)
      default: throw expected("some of sha256, sha1, btmh, file", word)
      }
    }
    guard !hashes.isEmpty else { throw expected("at least one of sha256, sha1, btmh, file", "") }
    return hashes
  }

  /// Bytes a second, with K, M or G for powers of 1024.
  static func bandwidth(_ text: String) throws(ArchiveError) -> ByteCount? {
    if text.lowercased() == "unlimited" { return nil }
    guard let bytes = ByteCount(scaled: text), bytes > .zero else {
      throw expected("bytes a second, as 50M, or unlimited", text)
    }
    return bytes
  }

  /// The same, or `off`.
  static func scrubRate(_ text: String) throws(ArchiveError) -> ByteCount? {
    if text.lowercased() == "off" || text == "0" { return nil }
    guard let bytes = ByteCount(scaled: text) else {
      throw expected("bytes a second, as 1M, or off", text)
    }
    return bytes
  }

  static func pieceSize(_ text: String) throws(ArchiveError) -> PieceSize {
    guard let bytes = ByteCount(scaled: text), let size = PieceSize(rawValue: bytes.rawValue),
      PieceSize.allowedBases.contains(size)
    else { throw expected("a power of two from 16K to 16M", text) }
    return size
  }

  private static func compressions(_ words: [String]) throws(ArchiveError) -> [Compression] {
    var compressions: [Compression] = []
    for word in words {
      let suffix = ["gzip": ".gz", "bzip2": ".bz2", "zstd": ".zst"][word] ?? ".\(word)"
      guard let compression = Compression.allCases.first(where: { $0.suffix == suffix }),
        !compressions.contains(compression)
      else { throw expected("some of xz, gz, bz2, zst, each once", word) }
      compressions.append(compression)
    }
    guard !compressions.isEmpty else { throw expected("at least one compression", "") }
    return compressions
  }

  private static func expected(_ what: String, _ found: String) -> ArchiveError {
    ArchiveError(.configuration, "expected \(what), found '\(found)'")
  }
}
