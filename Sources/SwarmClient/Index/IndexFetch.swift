// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
private import Glibc
private import NIOCore
package import PackagesParser
private import Synchronization
package import TorrentMetadata

/// Fetches what a verified Release lists into the cache, each file once.
package struct IndexFetch: Sendable {
  let archive: AbsoluteURL
  let suite: String
  let release: ReleaseFile
  let cache: IndexCache
  let fetcher: HTTPFetcher
  let observe: @Sendable (IndexEvent) -> Void

  /// Fetches from `suite` of `archive` what `release` lists.
  package init(
    archive: AbsoluteURL, suite: String, release: ReleaseFile, cache: IndexCache,
    fetcher: HTTPFetcher, observe: @escaping @Sendable (IndexEvent) -> Void
  ) {
    self.archive = archive
    self.suite = suite
    self.release = release
    self.cache = cache
    self.fetcher = fetcher
    self.observe = observe
  }

  /// The cheapest to transfer first: an index crosses the mirror's uplink for each client, and is
  /// decoded in a second even by the slowest of these.
  private static let byTransferCost: [Compression] = [.xz, .zstd, .bzip2, .gzip, .none]

  /// The index at `path` (relative to the suite, uncompressed), open and checked while it is read;
  /// nil when Release does not list it.
  ///
  /// - Throws: `ArchiveError` when it cannot be had.
  func index(_ path: String) async throws -> VerifiedFile? {
    for compression in Self.byTransferCost {
      let name = path + compression.suffix
      guard let content = release.files[name] else { continue }
      // Debian lists the uncompressed index, which is not there.
      guard compression != .none || !listsCompressed(path) else { continue }
      if !cache.has(name, content) { try await fetch(name, content) }
      return try open(name, compression, content)
    }
    return nil
  }

  /// The piece index at `path`, of which only what is new is fetched (docs/formats.md section 8.4).
  ///
  /// - Throws: `ArchiveError` when it cannot be had.
  func pieceIndex(_ path: String) async throws -> VerifiedFile? {
    let name = path + Compression.gzip.suffix
    guard let content = pieceContent(of: path) else { return nil }
    try await growing(name, content)
    return try open(name, .gzip, content)
  }

  /// The piece index at `path` as Release lists it.
  func pieceContent(of path: String) -> ContentID? { release.files[path + Compression.gzip.suffix] }

  /// Has the cache hold a file that only grows, as Release lists it.
  ///
  /// - Throws: `ArchiveError` when it cannot be had.
  package func growing(_ name: String, _ content: ContentID) async throws {
    if !cache.has(name, content), try await !append(name, content) {
      try await fetch(name, content)
    }
  }

  private func listsCompressed(_ path: String) -> Bool {
    Compression.allCases.contains { $0 != .none && release.files[path + $0.suffix] != nil }
  }

  private func open(
    _ name: String, _ compression: Compression, _ content: ContentID
  ) throws(ArchiveError) -> VerifiedFile {
    try VerifiedFile(
      try Descriptor.open(cache.path(name)), compression: compression, compressedAs: content,
      plainAs: release.files[String(Compression.split(name[...]).base)])
  }

  /// Fetches a file whole, by its hash where the archive has such names: they do not race with the
  /// next publication.
  private func fetch(_ name: String, _ content: ContentID) async throws {
    observe(.fetching("\(suite)/\(name)"))
    if release.stanza.text("Acquire-By-Hash")?.lowercased() == "yes" {
      let directory = name.lastIndex(of: "/").map { name[...$0] } ?? ""
      do {
        return try await copy(
          "\(directory)by-hash/SHA256/\(content.sha256)", .whole, to: name, content)
      } catch let error as ArchiveError where error.code == .noInput {}
    }
    do {
      try await copy(name, .whole, to: name, content)
    } catch let error as ArchiveError where error.code == .noInput {
      throw ArchiveError(
        .temporary, "Release lists it, but it is not there", at: error.place,
        advice: "the mirror may be in the middle of an update: try again in a minute")
    }
  }

  /// Fetches what a file that only grows has gained; false when that is not possible.
  private func append(_ name: String, _ content: ContentID) async throws -> Bool {
    guard let old = try? Descriptor.open(cache.path(name)), let status = try? old.status(),
      case let size = UInt64(clamping: status.st_size), size > 0, size < content.size.rawValue
    else { return false }
    observe(.fetching("\(suite)/\(name)"))
    do {
      try await copy(name, .from(size), to: name, content)
      return true
    } catch is ArchiveError {
      // Whatever it was, the whole file comes next, and with it the error if it lasts.
      return false
    }
  }

  /// Fetches a part of the file called `source` behind what the cache has of `name`, and takes the
  /// result only when it is `content`.
  private func copy(
    _ source: String, _ part: HTTPRequest.Part, to name: String, _ content: ContentID
  ) async throws {
    let text = "\(archive.directory)dists/\(suite)/\(source)"
    guard let url = AbsoluteURL(text).flatMap({ HTTPURL($0) }) else {
      throw ArchiveError(.data, "Release lists what no URL can name: '\(name)'")
    }
    var start: UInt64 = 0
    if case .from(let offset) = part { start = offset }
    let sink = try IndexSink(cache, name, keeping: start)
    let request = HTTPRequest(url, part, limit: content.size.rawValue - start)
    do {
      _ = try await fetcher.copy(request) { bytes in
        try sink.write(bytes)
        observe(.received(UInt64(bytes.readableBytes)))
      }
      try sink.finish(expecting: content, from: text)
    } catch {
      sink.discard()
      if let failure = error as? HTTPFailure { throw failure.error(at: text) }
      throw error
    }
  }
}
