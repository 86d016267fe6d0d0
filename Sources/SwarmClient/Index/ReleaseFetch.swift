// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
internal import HTTPMessages
internal import PackagesParser
package import ReleaseTrust
package import TorrentMetadata

/// Fetches the Release of one suite at one archive, and refuses what is not authentic, expired, or
/// older than what it saw before.
package struct ReleaseFetch: Sendable {
  let archive: AbsoluteURL
  let suite: String
  let cache: IndexCache
  let fetcher: HTTPFetcher
  let trust: TrustPolicy
  let now: ArchiveDate

  /// Fetches the Release of `suite` at `archive`.
  package init(
    archive: AbsoluteURL, suite: String, cache: IndexCache, fetcher: HTTPFetcher,
    trust: TrustPolicy, now: ArchiveDate
  ) {
    self.archive = archive
    self.suite = suite
    self.cache = cache
    self.fetcher = fetcher
    self.trust = trust
    self.now = now
  }

  private static let limit = UInt64(ParserLimits().releaseBytes)

  /// A file as it came, or as it was kept.
  private struct Fetched {
    let bytes: [UInt8]
    /// The server's entity tag and date of it, for the next time.
    let tag: String?
    let modified: Int64?
  }

  /// The Release; nil when the archive has no such suite.
  ///
  /// - Throws: `ArchiveError`: EX_DATAERR for one that is malformed, not authentic, expired, or older
  ///   than the last; EX_TEMPFAIL when the server cannot be asked.
  package func run() async throws -> SignedRelease? {
    let last = try? cachedRelease()
    if let file = try await get("InRelease") {
      let signed = try await SignedRelease(
        inRelease: file.bytes, file: url("InRelease"), policy: trust, now: now)
      try check(signed.release, against: last)
      try store(file, as: "InRelease")
      return signed
    }
    guard let file = try await get("Release") else { return nil }
    let signature = try await get("Release.gpg")?.bytes
    if let signature { try cache.store(signature, as: "Release.gpg.new") }
    let signed = try await SignedRelease(
      release: file.bytes, file: url("Release"),
      signature: signature == nil ? nil : cache.path("Release.gpg.new"), policy: trust, now: now)
    try check(signed.release, against: last)
    try store(file, as: "Release")
    return signed
  }

  /// The tag never stands beside a file that it is not of.
  private func store(_ file: Fetched, as name: String) throws(ArchiveError) {
    try cache.store([], as: "\(name).etag")
    try cache.store(file.bytes, as: name, modified: file.modified)
    if let tag = file.tag { try cache.store(Array(tag.utf8), as: "\(name).etag") }
  }

  private func url(_ name: String) -> String { "\(archive.directory)dists/\(suite)/\(name)" }

  /// A file of the suite; nil when it is not there. What has not changed comes out of the cache.
  private func get(_ name: String) async throws -> Fetched? {
    guard let url = AbsoluteURL(url(name)).flatMap({ HTTPURL($0) }) else {
      throw ArchiveError(
        .usage, "no http or https URL", at: ArchiveError.Place(file: self.url(name)))
    }
    let known = cached(name)
    var request = HTTPRequest(url, limit: Self.limit)
    // A tag tells versions of the same second apart, a date does not.
    request.ifNoneMatch = known?.tag
    if known?.tag == nil {
      request.ifModifiedSince = known?.modified.map { HTTPDate(seconds: $0).description }
    }
    do {
      let (answer, bytes) = try await fetcher.bytes(request)
      if answer.status == 304, let known { return known }
      return Fetched(
        bytes: bytes, tag: answer.entityTag,
        modified: answer.lastModified.flatMap { HTTPDate($0, now: .now) }?.seconds)
    } catch HTTPFailure.status(404, _), HTTPFailure.status(410, _) {
      return nil
    } catch let failure as HTTPFailure {
      throw failure.error(at: url.string)
    }
  }

  private func cached(_ name: String) -> Fetched? {
    guard let bytes = cache.bytes(name, limit: Int(Self.limit)) else { return nil }
    let tag = cache.bytes("\(name).etag", limit: 1024).map { String(decoding: $0, as: UTF8.self) }
    return Fetched(
      bytes: bytes, tag: tag.flatMap { $0.isEmpty ? nil : $0 }, modified: cache.modified(name))
  }

  /// The Release that was accepted last.
  private func cachedRelease() throws -> ReleaseFile? {
    let limit = Int(Self.limit)
    let combined = try cache.bytes("InRelease", limit: limit).map {
      try ReleaseFile(try ClearSigned($0, file: "InRelease").text, file: "InRelease")
    }
    let plain = try cache.bytes("Release", limit: limit).map {
      try ReleaseFile($0, file: "Release")
    }
    guard let combined, let plain else { return combined ?? plain }
    return combined.date < plain.date ? plain : combined
  }

  /// Who replays an old Release keeps its clients from updates (freeze and rollback).
  private func check(_ release: ReleaseFile, against last: ReleaseFile?) throws(ArchiveError) {
    guard let last, release.date < last.date else { return }
    throw ArchiveError(
      .data, "the Release is of \(release.date), the last one from here was of \(last.date)",
      at: release.stanza.place(of: "Date"),
      advice:
        "an old Release may be an attack or a broken mirror; if the archive really went back, "
        + "remove \(cache.directory)")
  }
}
