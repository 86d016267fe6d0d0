// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import PackagesParser
internal import ReleaseTrust
internal import TorrentMetadata

/// Finds packages in a suite: their files by a verified index, and the files' pieces.
package struct PackageFinder: Sendable {
  private let settings: IndexSettings
  private let fetcher: HTTPFetcher
  private let now: ArchiveDate
  private let observe: @Sendable (IndexEvent) -> Void

  /// Looks where `settings` say, asking by `fetcher`; `observe` is told what takes time.
  package init(
    _ settings: IndexSettings, fetcher: HTTPFetcher, now: ArchiveDate,
    observe: @escaping @Sendable (IndexEvent) -> Void = { _ in }
  ) {
    self.settings = settings
    self.fetcher = fetcher
    self.now = now
    self.observe = observe
  }

  /// The files of `requests`, in their order, each content once. What the requests say of a suite is
  /// not looked at.
  ///
  /// - Throws: `ArchiveError`: EX_NOINPUT when a package is not there; what is wrong with Release or
  ///   an index.
  package func find(_ requests: [PackageRequest]) async throws -> [PackageFile] {
    let source = try await source()
    var candidates = PackageCandidates(requests, architectures: settings.architectures)
    for path in try indexPaths(source.release, requests) {
      guard let file = try await source.index(path) else { continue }
      try candidates.read(file, path)
    }
    let chosen = try candidates.choose(
      place: "\(source.archive.directory)dists/\(settings.suite)")
    return try await files(chosen, source)
  }

  /// The overlay's indices where there are any, or else the archive's own.
  private func source() async throws -> IndexFetch {
    if let overlay = settings.overlay {
      if let found = try await source(at: overlay) { return found }
      throw missing(overlay)
    }
    if let overlay = AbsoluteURL("\(settings.mirror.directory)overlay/") {
      do {
        if let found = try await source(at: overlay, mayDoWithout: true) { return found }
      } catch let failure as UnacceptedSigner {
        observe(.warning("\(failure.error); going on without pieces and peers"))
      }
    }
    if let found = try await source(at: settings.mirror) { return found }
    throw missing(settings.mirror)
  }

  private func missing(_ archive: AbsoluteURL) -> ArchiveError {
    ArchiveError(
      .noInput, "there is neither InRelease nor Release",
      at: ArchiveError.Place(file: "\(archive.directory)dists/\(settings.suite)"),
      advice: "name the suite as the directory below dists is called")
  }

  private func source(
    at archive: AbsoluteURL, mayDoWithout: Bool = false
  ) async throws -> IndexFetch? {
    var trust = settings.trust
    trust.tellsUnacceptedSigner = mayDoWithout
    let cache = try IndexCache(settings.cache, url: archive, suite: settings.suite)
    let fetch = ReleaseFetch(
      archive: archive, suite: settings.suite, cache: cache, fetcher: fetcher,
      trust: trust, now: now)
    guard let signed = try await fetch.run() else { return nil }
    warnOfName(signed.release)
    return IndexFetch(
      archive: archive, suite: settings.suite, release: signed.release, cache: cache,
      fetcher: fetcher, observe: observe)
  }

  /// As apt: a Release that calls itself otherwise may be that of another suite.
  private func warnOfName(_ release: ReleaseFile) {
    let names = [release.suite, release.codename].compactMap { $0 }
    let last = settings.suite.split(separator: "/").first.map { String($0) } ?? settings.suite
    guard !names.isEmpty, !names.contains(settings.suite), !names.contains(last) else { return }
    observe(
      .warning(
        "the Release of \(settings.suite) calls itself \(names.joined(separator: ", "))"))
  }

  /// The indices to look into, relative to the suite.
  private func indexPaths(
    _ release: ReleaseFile, _ requests: [PackageRequest]
  ) throws(ArchiveError) -> [String] {
    let components = settings.components.isEmpty ? release.components : settings.components
    for component in components where !release.components.contains(component) {
      throw ArchiveError(
        .noInput, "Release has no component '\(component)'",
        at: release.stanza.place(of: "Components"))
    }
    // Where binary-all is not for packages of architecture all, the others have them.
    let allApart = release.stanza.words("No-Support-for-Architecture-all").contains("Packages")
    var architectures = settings.architectures
    for architecture in requests.compactMap(\.architecture)
    where !architectures.contains(architecture) && architecture != "all" {
      architectures.append(architecture)
    }
    if !architectures.contains("all"), !allApart { architectures.append("all") }
    return components.flatMap { component in
      architectures.map { "\(component)/binary-\($0)/Packages" }
    }
  }
}

extension PackageFinder {
  private func files(
    _ chosen: [PackageCandidate], _ source: IndexFetch
  ) async throws -> [PackageFile] {
    let torrents = try ReleaseTorrents(source.release)
    let found = try await pieceIndices(chosen, torrents, source)
    var seen: Set<ContentID> = []
    return chosen.compactMap { candidate in
      guard seen.insert(candidate.content).inserted else { return nil }
      let pieces = candidate.isComplete ? candidate.pieces : found[candidate.content]
      let torrent = torrents.current[candidate.architecture]
      var numbering: PieceNumbering?
      if let torrent, let numbers = pieces?.numbers, pieces?.table != nil,
        numbers.last < torrent.next
      {
        numbering = PieceNumbering(torrent: torrent, numbers: numbers)
      }
      let roots = [settings.mirror] + torrents.webSeeds
      var webSeeds: [AbsoluteURL] = []
      for url in roots.map({ $0.appending(candidate.path) }) where !webSeeds.contains(url) {
        webSeeds.append(url)
      }
      return PackageFile(
        package: candidate.package, version: candidate.version.string,
        architecture: candidate.architecture, path: candidate.path, content: candidate.content,
        pieces: pieces?.table, numbering: numbering, webSeeds: webSeeds,
        trackers: torrents.trackers, listing: source.listing(of: candidate))
    }
  }

  /// What the piece indices tell of files whose stanzas do not tell all.
  private func pieceIndices(
    _ chosen: [PackageCandidate], _ torrents: ReleaseTorrents, _ source: IndexFetch
  ) async throws -> [ContentID: PublishedPieces] {
    var wanted: [String: (torrent: TorrentID, contents: Set<ContentID>)] = [:]
    for candidate in chosen where !candidate.isComplete && candidate.content.size != .zero {
      guard let torrent = torrents.current[candidate.architecture],
        let location = IndexLocation(path: candidate.index[...])
      else { continue }
      let path = location.pieceIndexPath(for: candidate.architecture)
      wanted[path, default: (torrent.id, [])].contents.insert(candidate.content)
    }
    var found: [ContentID: PublishedPieces] = [:]
    for (path, wish) in wanted.sorted(by: { $0.key < $1.key }) {
      guard let file = try await source.pieceIndex(path) else { continue }
      let pieces = try WantedPieces.pieces(of: wish.contents, in: wish.torrent, file)
      found.merge(pieces) { first, _ in first }
    }
    return found
  }
}

extension IndexFetch {
  /// Where the pieces of a candidate are listed.
  fileprivate func listing(of candidate: PackageCandidate) -> PieceListing? {
    guard let location = IndexLocation(path: candidate.index[...]) else { return nil }
    let path = location.pieceIndexPath(for: candidate.architecture)
    return PieceListing(archive: archive, suite: suite, path: path, content: pieceContent(of: path))
  }
}
