// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
private import Glibc
package import Ledger
internal import PackagesParser
internal import ReleaseTrust
internal import SwarmClient

/// Makes a ledger of what was published from it: publisher, torrents, numbers, members, pieces. What
/// only the pool tells comes back with the next run of `hash`, which reads it once.
package struct LedgerRebuild {
  /// What was found of one suite.
  package struct Suite: Codable, Sendable {
    package let suite: String
    package let directory: String
    package let releaseDate: String
    package let torrents: Int
    package let contents: Int
    package let pieceIndices: Int
  }

  private let places: [PublishedPlace]
  private let now: ArchiveDate
  private let observe: @Sendable (String) -> Void

  /// Reads all of `places`; `observe` is told of each file that is checked.
  package init(
    _ places: [PublishedPlace], now: ArchiveDate, observe: @escaping @Sendable (String) -> Void
  ) {
    self.places = places
    self.now = now
    self.observe = observe
  }

  /// Fills `ledger`, which is new.
  ///
  /// - Throws: `ArchiveError` with the place of whatever is missing, not authentic, damaged or
  ///   contradictory: what is left out would be numbered anew, so it is all or nothing.
  package func run(into ledger: Ledger) async throws -> [Suite] {
    var suites: [Suite] = []
    var publisher: (id: PublisherID, place: ArchiveError.Place?)?
    for place in places {
      let (history, byHash) = try await read(place)
      if let found = try history.publisher() {
        if let publisher, publisher.id != found.id {
          throw ArchiveError(
            .data,
            "numbered by \(found.id), the suite of "
              + "\(publisher.place?.description ?? "before") by \(publisher.id)", at: found.place,
            advice: "these are the files of two ledgers: rebuild each apart")
        }
        if publisher == nil { try ledger.adopt(found.id) }
        publisher = publisher ?? found
      }
      let published = try history.published(isWhole: true)
      _ = try ledger.take(published, as: .own)
      let suite = try ledger.suite(origin: published.origin, name: published.name)
      try ledger.noteByHash(byHash, of: suite, output: place.output)
      suites.append(
        Suite(
          suite: place.suite, directory: place.directory, releaseDate: "\(published.date)",
          torrents: published.torrents.count, contents: published.contents.count,
          pieceIndices: published.indices.count))
    }
    guard publisher != nil else {
      throw ArchiveError(
        .noInput, "nothing with torrents is published here",
        at: places.first.map { ArchiveError.Place(file: $0.directory) },
        advice: "name the overlay by --output, or the archive of an in-place suite by --archive")
    }
    return suites
  }

  private func read(
    _ place: PublishedPlace
  ) async throws -> (history: SuiteHistory, byHash: [String: Int]) {
    // The link moves with the next publication; what it leads to does not change.
    let directory = try resolvedPath(place.directory)
    let signed = try await SignedRelease.read(directory: directory, policy: place.trust, now: now)
    let release = signed.release
    if let publisher = release.stanza.text("Torrent-Follows") {
      throw ArchiveError(
        .configuration, "the suite follows the publisher \(publisher)",
        at: release.stanza.place(of: "Torrent-Follows"),
        advice: "its ledger needs no rebuilding: run archive-tool hash --follow with a new State")
    }
    var history = try SuiteHistory(release)
    for (name, content) in release.files.sorted(by: { $0.key < $1.key }) {
      let path = "\(directory)/\(name)"
      guard exists(path) else {
        try checkAbsence(of: name, path, place)
        continue
      }
      observe(path)
      guard name.hasSuffix("-pieces.gz"),
        IndexLocation(pieceIndexPath: String(name.dropLast(3))) != nil
      else {
        try check(path, content)
        continue
      }
      let index = String(name.dropLast(3))
      try history.read(
        try VerifiedFile(
          try Descriptor.open(path), compression: .gzip, compressedAs: content,
          plainAs: release.files[index]),
        path: index, content: content, members: UpstreamRun.members(path))
    }
    return (history, try byHashNames(release, directory, place))
  }

  /// In an overlay all that is compressed lies there; an archive may be partial, but not of ours.
  private func checkAbsence(
    of name: String, _ path: String, _ place: PublishedPlace
  ) throws(ArchiveError) {
    let isCompressed = Compression.split(name[...]).compression != .none
    guard place.isInPlace ? name.hasSuffix("-pieces.gz") : isCompressed else { return }
    throw ArchiveError(
      .data, "Release lists it, and it is not there", at: ArchiveError.Place(file: path),
      advice: "restore the published files whole")
  }

  private func check(_ path: String, _ content: ContentID) throws(ArchiveError) {
    let file = try Descriptor.open(path)
    let found = ContentID(
      sha256: try file.sha256(), size: ByteCount(UInt64(clamping: try file.status().st_size)))
    guard found == content else {
      throw ArchiveError(
        .data, "SHA-256 is \(found), Release lists \(content)", at: ArchiveError.Place(file: path),
        advice: "restore the published files whole")
    }
  }

  /// In an overlay every by-hash name is ours; in place, those of what we wrote and Release lists.
  private func byHashNames(
    _ release: ReleaseFile, _ directory: String, _ place: PublishedPlace
  ) throws(ArchiveError) -> [String: Int] {
    var names: [String: Int] = [:]
    for (algorithm, hash, path) in Self.listed(release) {
      let parent = path.lastIndex(of: "/").map { path[...$0] } ?? ""
      let by = "\(parent)by-hash/\(algorithm)"
      if !place.isInPlace, exists("\(directory)/\(by)") {
        for name in try directoryEntries("\(directory)/\(by)") where names["\(by)/\(name)"] == nil {
          // Nobody knows for how long; one publication at least.
          names["\(by)/\(name)"] = 1
        }
      }
      let base = String(Compression.split(path[...]).base)
      let isOurs =
        IndexLocation(path: base[...]) != nil || IndexLocation(pieceIndexPath: base) != nil
      if isOurs, exists("\(directory)/\(by)/\(hash)") { names["\(by)/\(hash)"] = 0 }
    }
    return names
  }

  private static func listed(
    _ release: ReleaseFile
  ) -> [(algorithm: String, hash: String, path: String)] {
    ["MD5Sum", "SHA1", "SHA256", "SHA512"].flatMap { section in
      let words = release.stanza.words(section)
      return stride(from: 0, to: words.count - words.count % 3, by: 3).map {
        (section, words[$0].lowercased(), words[$0 + 2])
      }
    }
  }
}
