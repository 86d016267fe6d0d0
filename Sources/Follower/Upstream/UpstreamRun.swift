// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
package import Ledger
internal import PackagesParser
internal import ReleaseTrust
package import SwarmClient
private import Synchronization
internal import TorrentMetadata

/// Takes an upstream publisher's numbers over: fetched, checked, found to be what was published
/// before and more, and then in the ledger in one transaction.
package struct UpstreamRun: Sendable {
  private let settings: UpstreamSettings
  private let ledger: Ledger
  private let upstream: any Upstream
  private let received = ByteCounter()

  /// Prepares a run; the caller holds the state directory's lock.
  ///
  /// - Parameters:
  ///   - settings: whose numbers, and what of them.
  ///   - ledger: the ledger that is to follow.
  ///   - fetcher: for a source that is a URL.
  ///   - now: the time, for Valid-Until.
  package init(
    _ settings: UpstreamSettings, ledger: Ledger, fetcher: HTTPFetcher, now: ArchiveDate
  ) {
    self.settings = settings
    self.ledger = ledger
    let count: @Sendable (UInt64) -> Void = { [received] in received.add($0) }
    if let url = AbsoluteURL(settings.source), HTTPURL(url) != nil {
      upstream = UpstreamServer(
        settings: settings, url: url, fetcher: fetcher, now: now, received: count)
    } else {
      upstream = UpstreamDirectory(settings: settings, now: now, received: count)
    }
  }

  /// Takes over what is new of the suite that the archive's Release calls `name`.
  ///
  /// - Throws: `ArchiveError`: EX_TEMPFAIL when upstream cannot be had, EX_DATAERR when its files are
  ///   not authentic, not fresh, or not what they were with more behind it; EX_CONFIG when the
  ///   ledger numbers this suite itself. In each case nothing has changed.
  package func run(origin: String, name: String) async throws -> UpstreamState {
    let suite = try ledger.findSuite(origin: origin, name: name)
    if let suite, suite.follows == nil, try !ledger.torrents(of: suite).isEmpty {
      throw ArchiveError(
        .configuration,
        "this ledger numbers \(name) itself, so it cannot follow \(settings.source)",
        advice: "drop Follow; or follow with a new State and Output, and leave these")
    }
    let release = try await upstream.release().release
    try check(release, origin, name, suite)
    let records = try suite.map { try ledger.pieceIndices(of: $0) } ?? [:]
    let paths = try selected(release, known: Set(records.keys))
    let digest = try digest(release, paths)
    if let suite, let publisher = suite.follows, try ledger.takenDigest(of: suite) == digest {
      return try state(release, publisher, members: 0)
    }
    var history = try SuiteHistory(release)
    for path in paths { try await read(path, release, &history) }
    guard let publisher = try history.publisher() else {
      throw ArchiveError(
        .data, "upstream lists no torrents", at: release.stanza.place(of: "Torrents"),
        advice: "Follow names an overlay that archive-tool hash has published")
    }
    let taken = try ledger.take(
      try history.published(isWhole: false), as: .follower(publisher.id))
    if let suite = try ledger.findSuite(origin: origin, name: name) {
      try ledger.noteTaken(digest, of: suite)
    }
    return try state(release, publisher.id, members: taken.members)
  }

  private func state(
    _ release: ReleaseFile, _ publisher: PublisherID, members: Int
  ) throws -> UpstreamState {
    UpstreamState(
      publisher: publisher, date: release.date, listed: Set(try release.torrents().map(\.id)),
      trackers: release.stanza.words("Torrent-Trackers"), bytes: received.count, members: members)
  }

  private func check(
    _ release: ReleaseFile, _ origin: String, _ name: String, _ suite: SuiteRecord?
  ) throws {
    guard release.origin ?? "" == origin, release.ledgerName == name else {
      throw ArchiveError(
        .data,
        "upstream's suite is \(release.ledgerName ?? "nameless") of '\(release.origin ?? "")', this "
          + "archive's \(name) of '\(origin)'", at: ArchiveError.Place(file: release.stanza.file),
        advice: "follow the overlay of the same archive")
    }
    if let last = suite?.followedDate, release.date < last {
      throw ArchiveError(
        .data, "upstream's Release is of \(release.date), the last one taken of \(last)",
        at: release.stanza.place(of: "Date"),
        advice: "an old Release may be an attack or a broken upstream; what was published stays")
    }
  }

  /// The piece indices of what this mirror has, and those that were taken before.
  private func selected(_ release: ReleaseFile, known: Set<String>) throws -> [String] {
    if let lost = known.sorted().first(where: { release.files[$0 + ".gz"] == nil }) {
      throw ArchiveError(
        .data, "upstream does not list \(lost).gz any more, which it has published before",
        at: release.stanza.place(of: "SHA256"),
        advice: "a piece index only grows: upstream has lost its ledger, or is another; "
          + "nothing was changed")
    }
    return release.files.keys.filter { $0.hasSuffix("-pieces.gz") }.map { String($0.dropLast(3)) }
      .filter { path in
        guard let location = IndexLocation(pieceIndexPath: path) else { return false }
        return known.contains(path) || matches(location)
      }.sorted()
  }

  private func matches(_ location: IndexLocation) -> Bool {
    let names = [
      location.component, location.component.split(separator: "/").last.map(String.init),
    ]
    // Packages of architecture all are listed by the indices of every architecture.
    return (settings.components.map { $0.contains { names.contains($0) } } ?? true)
      && (settings.architectures?.contains(location.architecture) ?? true
        || location.architecture == "all")
  }

  private func read(
    _ path: String, _ release: ReleaseFile, _ history: inout SuiteHistory
  ) async throws {
    let name = path + Compression.gzip.suffix
    guard let content = release.files[name] else { return }
    let file = try await upstream.path(of: name, content, in: release)
    try history.read(
      try VerifiedFile(
        try Descriptor.open(file), compression: .gzip, compressedAs: content,
        plainAs: release.files[path]),
      path: path, content: content, members: Self.members(file))
  }

  static func members(_ file: String) -> PublishedSuite.Members {
    { body in
      let members = try GzipMembers(try Descriptor.open(file))
      while let member = try members.next() { try body(member) }
    }
  }

  /// Over everything that taking over depends on.
  private func digest(_ release: ReleaseFile, _ paths: [String]) throws -> SHA256Digest {
    var lines = ["1 \(release.date)", release.stanza.words("Torrents").joined(separator: " ")]
    lines += paths.map { "\($0) \(release.files[$0 + ".gz"].map { "\($0)" } ?? "-")" }
    return try SHA256Digest.hashing(Array(lines.joined(separator: "\n").utf8))
  }
}

/// Bytes that came, from any thread.
private final class ByteCounter: Sendable {
  private let bytes = Mutex<UInt64>(0)

  var count: UInt64 { bytes.withLock { $0 } }

  func add(_ more: UInt64) { bytes.withLock { $0 += more } }
}
