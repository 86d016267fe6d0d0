// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PackagesParser
internal import Publisher

/// Reads the archive's own indices beside the extended ones, stanza by stanza, and keeps what they
/// list of the pool.
struct StanzaAudit {
  let archive: ArchiveRoot
  let published: PublishedSuite
  let ledger: Ledger
  let torrents: [String: LedgerKnowledge.Torrent]
  let pairings: [String: PieceIndexFiles.Pairing]
  let upstreamDate: ArchiveDate

  private(set) var findings: [Finding] = []
  private(set) var stanzas = 0
  private(set) var listing = ArchiveListing()

  private static let maximumDefects = 1000

  init(
    archive: ArchiveRoot, published: PublishedSuite, ledger: Ledger,
    torrents: [String: LedgerKnowledge.Torrent], pairings: [String: PieceIndexFiles.Pairing],
    upstreamDate: ArchiveDate
  ) {
    self.archive = archive
    self.published = published
    self.ledger = ledger
    self.torrents = torrents
    self.pairings = pairings
    self.upstreamDate = upstreamDate
  }

  /// Reads one index of the archive, and the extended one where there is one.
  mutating func check(_ source: IndexSource) throws {
    let path = source.location.path
    var reading = Reading(place: published.path(path))
    do {
      let file = try source.open(in: archive)
      let extended = published.isInPlace ? nil : try open(path)
      reading.compares = published.isInPlace || extended != nil
      try ledger.withPieces { pieces in
        let expected = ExpectedFields(torrents: torrents, pieces: pieces)
        if source.location.kind == .sources {
          try readSources(file, extended, expected, &reading)
        } else {
          try readPackages(file, extended, expected, &reading)
        }
      }
      judge(reading, path, try file.plainContent(), hasExtended: extended != nil)
    } catch let error as ArchiveError {
      findings.append(Finding(.archive, error, file: archive.absolute(source.path)))
      return
    }
    stanzas += reading.stanzas
    listing.add(reading.files)
  }

  /// What one index gave.
  private struct Reading {
    let place: String
    var compares = false
    var stanzas = 0
    var files: [ArchiveListing.File] = []
    var defects: [String] = []

    mutating func note(_ problem: String) {
      if defects.count < maximumDefects { defects.append(problem) }
    }
  }

  /// The cheapest form of an extended index that is there.
  private func open(_ path: String) throws -> VerifiedFile? {
    for compression in Compression.byReadingCost where compression != .none {
      let name = path + compression.suffix
      guard let listed = published.release.files[name], let file = try? published.open(name) else {
        continue
      }
      return try VerifiedFile(
        file, compression: compression, compressedAs: listed, plainAs: published.plain(path))
    }
    return nil
  }

  /// What was compared counts only if both are of the same run.
  private mutating func judge(
    _ reading: Reading, _ path: String, _ plain: ContentID, hasExtended: Bool
  ) {
    if let pairing = pairings[path], pairing.content != plain {
      findings.append(
        Finding(
          .stale, published.path(path),
          "was made from the index of \(pairing.releaseDate), the archive's is of \(upstreamDate) "
            + "and has other bytes"))
      return
    }
    if !published.isInPlace, !hasExtended, pairings[path] == nil {
      if published.release.date < upstreamDate {
        findings.append(Finding(.stale, published.path(path), "is not published yet"))
      }
      return
    }
    findings += reading.defects.map { Finding(.stanza, reading.place, $0) }
  }

  private func readPackages(
    _ file: VerifiedFile, _ extended: VerifiedFile?, _ expected: ExpectedFields,
    _ reading: inout Reading
  ) throws {
    var theirs = PackagesIndex(file)
    var ours = extended.map { PackagesIndex($0) }
    while let entry = try theirs.next() {
      reading.stanzas += 1
      let architecture = String(field: entry.architecture)
      reading.files.append(
        ArchiveListing.File(
          path: try ArchivePath(bytes: entry.filename), content: entry.content,
          architecture: architecture))
      guard reading.compares else { continue }
      let name = String(field: entry.package)
      var stanza: [UInt8] = []
      ExtendedStanza.copy(theirs.reader.stanza, without: theirs.ownLines, to: &stanza)
      if ours == nil {
        try compare(theirs.reader, theirs.ownLines, stanza, name, &reading) { present, stanza in
          try expected.append(entry.content, architecture: architecture, present, to: &stanza)
        }
        continue
      }
      // A damaged extended index is told of where its files are looked at.
      guard let other = try? ours?.next() else {
        reading.compares = false
        continue
      }
      guard other.content == entry.content, let reader = ours?.reader, let own = ours?.ownLines
      else {
        reading.note("stanza \(reading.stanzas) is of another file than the archive's, of \(name)")
        reading.compares = false
        continue
      }
      try compare(reader, own, stanza, name, &reading) { present, stanza in
        try expected.append(entry.content, architecture: architecture, present, to: &stanza)
      }
    }
    if reading.compares, ours != nil, (try? ours?.next()) != nil {
      reading.note("has more stanzas than the archive's index, which has \(reading.stanzas)")
    }
  }

  private func readSources(
    _ file: VerifiedFile, _ extended: VerifiedFile?, _ expected: ExpectedFields,
    _ reading: inout Reading
  ) throws {
    var theirs = SourcesIndex(file)
    var ours = extended.map { SourcesIndex($0) }
    while let entry = try theirs.next() {
      reading.stanzas += 1
      for file in entry.files {
        let path = try file.path.withUnsafeBytes { try ArchivePath(bytes: $0) }
        reading.files.append(
          ArchiveListing.File(path: path, content: file.content, architecture: "source"))
      }
      guard reading.compares else { continue }
      let name = String(field: entry.package)
      var stanza: [UInt8] = []
      ExtendedStanza.copy(theirs.reader.stanza, without: theirs.ownLines, to: &stanza)
      if ours == nil {
        try compare(theirs.reader, theirs.ownLines, stanza, name, &reading) { present, stanza in
          try expected.append(entry.files, present, to: &stanza)
        }
        continue
      }
      guard let other = try? ours?.next() else {
        reading.compares = false
        continue
      }
      guard other.files.map(\.content) == entry.files.map(\.content), let reader = ours?.reader,
        let own = ours?.ownLines
      else {
        reading.note("stanza \(reading.stanzas) is of another package than the archive's, \(name)")
        reading.compares = false
        continue
      }
      try compare(reader, own, stanza, name, &reading) { present, stanza in
        try expected.append(entry.files, present, to: &stanza)
      }
    }
    if reading.compares, ours != nil, (try? ours?.next()) != nil {
      reading.note("has more stanzas than the archive's index, which has \(reading.stanzas)")
    }
  }

  /// Compares the stanza in view of an extended index with the archive's bytes and the ledger's
  /// fields behind them.
  private func compare(
    _ reader: StanzaReader, _ own: [Range<Int>], _ bare: [UInt8], _ name: String,
    _ reading: inout Reading,
    _ append: (ExpectedFields.Present, inout [UInt8]) throws -> Bool
  ) throws {
    var stripped: [UInt8] = []
    ExtendedStanza.copy(reader.stanza, without: own, to: &stripped)
    guard stripped == bare else {
      let (expected, found) = Self.firstDifference(bare, stripped)
      reading.note("\(name): has '\(found)', the archive's index '\(expected)'")
      return
    }
    guard !own.isEmpty else { return }
    var expected = bare
    let isKnown: Bool
    do { isKnown = try append(Self.present(reader), &expected) } catch let error as ArchiveError {
      reading.note("\(name): \(error.reason)")
      return
    }
    guard isKnown else {
      reading.note("\(name): has fields of ours, the ledger has no numbers of it")
      return
    }
    var found = Array(reader.stanza)
    if found.last != 0x0A { found.append(0x0A) }
    guard found != expected else { return }
    let lines = Self.firstDifference(expected, found)
    reading.note("\(name): has '\(lines.found)', by the ledger it is '\(lines.expected)'")
  }

  /// Our five fields follow one another in both tables.
  private static func present(_ reader: StanzaReader) -> ExpectedFields.Present {
    ExpectedFields.Present(
      reader: reader, first: reader.table.names.firstIndex(of: PieceFields.numbers) ?? 0)
  }

  private static func firstDifference(
    _ expected: [UInt8], _ found: [UInt8]
  ) -> (expected: String, found: String) {
    let a = expected.split(separator: 0x0A), b = found.split(separator: 0x0A)
    let index =
      zip(a, b).enumerated().first { $0.element.0 != $0.element.1 }?.offset
      ?? min(a.count, b.count)
    func line(_ lines: [ArraySlice<UInt8>]) -> String {
      index < lines.count ? String(decoding: lines[index].prefix(200), as: UTF8.self) : "nothing"
    }
    return (line(a), line(b))
  }
}
