// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import PackagesParser

extension SuiteHistory {
  /// Who gives the numbers: whoever began the last generation; `place` is its header. Nil where
  /// nothing was numbered.
  ///
  /// - Throws: `ArchiveError` with the place of a header of somebody else of the same time.
  func publisher() throws(ArchiveError) -> (id: PublisherID, place: ArchiveError.Place?)? {
    guard let newest = current.max(by: { $0.header.created < $1.header.created }) else {
      return nil
    }
    // An older one by another is left from before a promotion.
    let id = newest.header.publisher
    if let other = current.first(where: {
      $0.header.publisher != id && $0.header.created == newest.header.created
    }) {
      throw ArchiveError(
        .data,
        "numbered by \(other.header.publisher), while \(newest.place?.description ?? "another") is "
          + "numbered by \(id)", at: other.place,
        advice: "one ledger numbers under one name: these are the files of two")
    }
    return (id, newest.place)
  }

  /// The newest generation of each architecture, of those that Release lists.
  private var current: [Torrent] {
    var newest: [String: Torrent] = [:]
    for (id, torrent) in torrents where listed[id] != nil {
      if let other = newest[torrent.header.architecture],
        other.header.generation > torrent.header.generation
      {
        continue
      }
      newest[torrent.header.architecture] = torrent
    }
    return newest.values.sorted { $0.header.architecture < $1.header.architecture }
  }

  /// What was read, for a ledger.
  ///
  /// - Parameter isWhole: whether every piece index was read, so that each torrent has its header.
  /// - Throws: `ArchiveError` with a place in Release, where that and the files do not fit.
  /// - Returns: what a ledger takes over.
  func published(isWhole: Bool) throws(ArchiveError) -> PublishedSuite {
    guard let name = release.ledgerName else {
      throw ArchiveError(
        .data, "the Release gives neither Codename nor Suite",
        at: ArchiveError.Place(file: release.stanza.file))
    }
    if isWhole, let lost = listed.values.first(where: { torrents[$0.id] == nil }) {
      throw ArchiveError(
        .data, "torrent \(lost.id) is listed, and no piece index has its header",
        at: release.stanza.place(of: "Torrents"))
    }
    var published = PublishedSuite(origin: release.origin ?? "", name: name, date: release.date)
    published.torrents = try publishedTorrents()
    published.contents = contents
    published.pieces = pieces
    published.indices = indices
    for torrent in published.torrents {
      published.given += (torrents[torrent.id]?.numbers.entries ?? []).map {
        PublishedSuite.Given(torrent: torrent.id, numbers: $0.numbers, content: $0.content)
      }
    }
    return published
  }

  private func publishedTorrents() throws(ArchiveError) -> [PublishedSuite.Torrent] {
    var result: [PublishedSuite.Torrent] = []
    var made: [Generation: TorrentID] = [:]
    for (id, torrent) in torrents {
      let key = Generation(torrent.header.architecture, torrent.header.generation)
      if let other = made.updateValue(id, forKey: key) {
        throw ArchiveError(
          .data,
          "generation \(key.number) of \(key.architecture) is \(id) here, \(other) elsewhere",
          at: torrent.place)
      }
    }
    for (id, torrent) in torrents {
      let header = torrent.header
      let next = made[Generation(header.architecture, header.generation + 1)]
        .flatMap { torrents[$0]?.header.created }
      let entry = listed[id]
      result.append(
        PublishedSuite.Torrent(
          id: id, header: header.bytes, architecture: header.architecture,
          generation: Int(header.generation), base: header.base, created: header.created,
          numbering: Numbering(
            floor: entry?.floor ?? torrent.floor, next: entry?.next ?? torrent.next,
            live: UInt64(entry?.live ?? 0)),
          superseded: next ?? ended(torrent, isListed: entry != nil), isListed: entry != nil))
    }
    return result.sorted { ($0.architecture, $0.generation) < ($1.architecture, $1.generation) }
  }

  /// When a generation ended that none came after: at a promotion, or so long ago that it is listed
  /// no more.
  private func ended(_ torrent: Torrent, isListed: Bool) -> ArchiveDate? {
    guard isListed else { return torrent.header.created }
    let last = current.max { $0.header.created < $1.header.created }
    guard let last, last.header.publisher != torrent.header.publisher else { return nil }
    return last.header.created
  }

  private struct Generation: Hashable {
    let architecture: String
    let number: UInt32

    init(_ architecture: String, _ number: UInt32) {
      self.architecture = architecture
      self.number = number
    }
  }
}
