// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PackagesParser
internal import ReleaseTrust
internal import SwarmClient
internal import TorrentMetadata

/// Where an upstream publisher's files come from.
protocol Upstream: Sendable {
  /// The Release, authentic and fresh.
  ///
  /// - Throws: `ArchiveError`: EX_NOINPUT when there is none, EX_TEMPFAIL when nobody answers.
  func release() async throws -> SignedRelease

  /// A path at which the file called `name` lies, which `release` lists as `content`; it was
  /// compared with that.
  ///
  /// - Throws: `ArchiveError` when it cannot be had.
  func path(of name: String, _ content: ContentID, in release: ReleaseFile) async throws -> String
}

/// An overlay on this machine. Files are copied before they are looked into: the next publication
/// may replace them meanwhile.
struct UpstreamDirectory: Upstream {
  let settings: UpstreamSettings
  let now: ArchiveDate
  let received: @Sendable (UInt64) -> Void

  private var directory: String { "\(settings.source)/dists/\(settings.suite)" }

  func release() async throws -> SignedRelease {
    guard exists(directory) else {
      throw ArchiveError(
        .temporary, "the upstream publisher's overlay is not there",
        at: ArchiveError.Place(file: directory),
        advice: "what was published stays; mount it, or correct Follow")
    }
    return try await SignedRelease.read(directory: directory, policy: settings.trust, now: now)
  }

  func path(
    of name: String, _ content: ContentID, in release: ReleaseFile
  ) async throws -> String {
    let cache = try IndexCache(directory: "\(settings.cache)/local/\(settings.suite)")
    if cache.has(name, content) { return cache.path(name) }
    let bytes = try Descriptor.open("\(directory)/\(name)")
      .readAll(limit: Int(content.size.rawValue) + 1)
    received(UInt64(bytes.count))
    guard
      ContentID(sha256: try .hashing(bytes), size: ByteCount(UInt64(bytes.count))) == content
    else {
      throw ArchiveError(
        .temporary, "the file is not what Release lists",
        at: ArchiveError.Place(file: "\(directory)/\(name)"),
        advice: "a publication may be under way: run again")
    }
    try cache.store(bytes, as: name)
    return cache.path(name)
  }
}

/// An overlay on a web server, of which only what is new is fetched.
struct UpstreamServer: Upstream {
  let settings: UpstreamSettings
  let url: AbsoluteURL
  let fetcher: HTTPFetcher
  let now: ArchiveDate
  let received: @Sendable (UInt64) -> Void

  private func cache() throws(ArchiveError) -> IndexCache {
    try IndexCache(settings.cache, url: url, suite: settings.suite)
  }

  func release() async throws -> SignedRelease {
    let fetch = ReleaseFetch(
      archive: url, suite: settings.suite, cache: try cache(), fetcher: fetcher,
      trust: settings.trust, now: now)
    guard let release = try await fetch.run() else {
      throw ArchiveError(
        .noInput, "the upstream publisher has no such suite",
        at: ArchiveError.Place(file: "\(url.directory.string)dists/\(settings.suite)"),
        advice: "Follow names the root of its overlay, below which dists/ lies")
    }
    return release
  }

  func path(
    of name: String, _ content: ContentID, in release: ReleaseFile
  ) async throws -> String {
    let cache = try cache()
    let fetch = IndexFetch(
      archive: url, suite: settings.suite, release: release, cache: cache, fetcher: fetcher
    ) { [received] event in
      if case .received(let bytes) = event { received(bytes) }
    }
    try await fetch.growing(name, content)
    return cache.path(name)
  }
}
