// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import PackagesParser
internal import ReleaseTrust
internal import TorrentMetadata

/// Looks again at the suite in which files were found, for the numbers that their pieces have by now.
///
/// What has not changed costs one conditional request, and of a piece index only what is new is
/// fetched. A Release is taken only when it is authentic, not expired, and no older than the last.
package struct SuiteRefresh: Sendable {
  /// What of a Release has to do with the files.
  private struct Seen: Hashable, Sendable {
    /// By the paths of piece indices.
    var indices: [String: ContentID] = [:]
    /// By architecture.
    var torrents: [String: ReleasedTorrent] = [:]
  }

  private struct Entry: Sendable {
    let position: Int
    let file: PackageFile
  }

  private struct Place: Hashable {
    let archive: AbsoluteURL
    let suite: String
  }

  private let settings: IndexSettings
  private let fetcher: HTTPFetcher
  private let archive: AbsoluteURL
  package let suite: String
  /// By the piece index that lists them.
  private var entries: [String: [Entry]] = [:]
  private var seen = Seen()

  private init(_ place: Place, _ settings: IndexSettings, _ fetcher: HTTPFetcher) {
    archive = place.archive
    suite = place.suite
    self.settings = settings
    self.fetcher = fetcher
  }

  /// One for each suite that has numbered some of `files`.
  package static func all(
    of files: [PackageFile], _ settings: IndexSettings, _ fetcher: HTTPFetcher
  ) -> [SuiteRefresh] {
    var suites: [Place: SuiteRefresh] = [:]
    for (position, file) in files.enumerated() {
      guard let numbering = file.numbering, let listing = file.listing else { continue }
      let place = Place(archive: listing.archive, suite: listing.suite)
      var suite = suites[place] ?? SuiteRefresh(place, settings, fetcher)
      suite.entries[listing.path, default: []].append(Entry(position: position, file: file))
      suite.seen.indices[listing.path] = listing.content
      suite.seen.torrents[file.architecture] = numbering.torrent
      suites[place] = suite
    }
    return suites.values.sorted { $0.suite < $1.suite }
  }

  /// What has changed since the last look.
  ///
  /// - Returns: nil when nothing has.
  /// - Throws: `ArchiveError` for what is wrong with the Release or an index, or when they cannot be
  ///   had; then nothing counts as seen.
  package mutating func look(now: ArchiveDate) async throws -> IndexUpdate? {
    let cache = try IndexCache(settings.cache, url: archive, suite: suite)
    let signed = try await ReleaseFetch(
      archive: archive, suite: suite, cache: cache, fetcher: fetcher, trust: settings.trust,
      now: now
    ).run()
    guard let release = signed?.release else { throw gone("the suite is not there any more") }
    let torrents = try ReleaseTorrents(release)
    let source = IndexFetch(
      archive: archive, suite: suite, release: release, cache: cache, fetcher: fetcher
    ) { _ in }
    let found = try sight(torrents, source)
    guard found != seen else { return nil }
    var update = IndexUpdate()
    update.torrents = Array(found.torrents.values)
    update.trackers = torrents.trackers
    for (path, entries) in entries {
      update.files += try await files(entries, path, found, source)
    }
    seen = found
    return update
  }

  private func gone(_ what: String) -> ArchiveError {
    ArchiveError(
      .noInput, what, at: ArchiveError.Place(file: "\(archive.directory)dists/\(suite)"))
  }

  /// The part of a Release that matters here: an archive that ceases to number says nothing of files.
  private func sight(
    _ torrents: ReleaseTorrents, _ source: IndexFetch
  ) throws(ArchiveError) -> Seen {
    var found = Seen()
    for architecture in seen.torrents.keys {
      guard let torrent = torrents.current[architecture] else {
        throw gone("Release has no torrent of \(architecture) any more")
      }
      found.torrents[architecture] = torrent
    }
    for path in entries.keys {
      guard let content = source.pieceContent(of: path) else {
        throw gone("Release does not list \(path) any more")
      }
      found.indices[path] = content
    }
    return found
  }

  /// What a piece index says of the files that it is to list.
  private func files(
    _ entries: [Entry], _ path: String, _ found: Seen, _ source: IndexFetch
  ) async throws -> [IndexUpdate.File] {
    var files: [IndexUpdate.File] = []
    for (architecture, group) in Dictionary(grouping: entries, by: \.file.architecture) {
      guard let torrent = found.torrents[architecture],
        let index = try await source.pieceIndex(path)
      else { continue }
      let wanted = Set(group.map(\.file.content))
      let pieces = try WantedPieces.pieces(of: wanted, in: torrent.id, index)
      files += group.map {
        IndexUpdate.File($0.position, Self.standing(of: $0.file, pieces[$0.file.content], torrent))
      }
    }
    return files
  }

  private static func standing(
    of file: PackageFile, _ pieces: PublishedPieces?, _ torrent: ReleasedTorrent
  ) -> IndexUpdate.Standing {
    guard let pieces, let numbers = pieces.numbers else { return .gone }
    guard numbers.last < torrent.next, numbers.count == file.pieces.count,
      pieces.table.map({ $0.length == file.pieces.length }) ?? true
    else { return .listed }
    return .numbered(PieceNumbering(torrent: torrent, numbers: numbers))
  }
}
