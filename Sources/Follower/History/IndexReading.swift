// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import PackagesParser

/// One piece index on its way into a suite's history.
struct IndexReading {
  private let reader: PieceIndexReader
  private let architecture: String
  private(set) var described: [DescribedIndex] = []
  private(set) var told: [TorrentID: ToldTable] = [:]
  private var run: PieceIndexRun?
  private var contents: UInt32 = 0
  private var retired: UInt64 = 0

  init(_ reader: PieceIndexReader, architecture: String) {
    self.reader = reader
    self.architecture = architecture
  }

  /// Reads all stanzas.
  mutating func run(_ history: inout SuiteHistory) throws(ArchiveError) {
    while let element = try reader.next() {
      switch element {
      case .header(let id):
        try finishRun()
        try begin(id, &history)
      case .run(let id):
        try finishRun()
        try begin(runOf: id, &history)
      case .content(let content): try take(content, &history)
      case .retired(let ranges): try retire(ranges)
      }
    }
    try finishRun()
  }

  /// What a run stanza counts has to follow it.
  private mutating func finishRun() throws(ArchiveError) {
    if let run, run.contents != contents || UInt64(run.retiredPieces) != retired {
      throw reader.error(
        "the run of \(run.releaseDate) tells of \(run.contents) contents and \(run.retiredPieces) "
          + "retired pieces, behind it stand \(contents) and \(retired)")
    }
    (run, contents, retired) = (nil, 0, 0)
  }

  private func begin(_ id: TorrentID, _ history: inout SuiteHistory) throws(ArchiveError) {
    let error = reader.error("this header lacks a field, or has a malformed one")
    guard let header = HeaderStanza(Array(reader.stanza), file: error.place?.file ?? "") else {
      throw error
    }
    guard header.architecture == architecture else {
      throw reader.error("the header of a torrent of \(header.architecture)")
    }
    let names = [history.release.codename, history.release.suite].compactMap { $0 }
    guard header.origin ?? "" == history.release.origin ?? "",
      names.contains(header.codename ?? header.suite ?? "")
    else { throw reader.error("the header of another suite's torrent") }
    if let entry = history.listed[id] {
      guard entry.architecture == header.architecture, entry.generation == header.generation,
        entry.created == header.created
      else { throw reader.error("Release says something else of torrent \(id)") }
    }
    if history.torrents[id] == nil {
      history.torrents[id] = SuiteHistory.Torrent(header: header, place: error.place)
    }
  }

  private mutating func begin(
    runOf id: TorrentID, _ history: inout SuiteHistory
  ) throws(ArchiveError) {
    let run = try reader.run()
    if let entry = history.listed[id], run.next > entry.next || run.floor > entry.floor {
      throw reader.error(
        "floor \(run.floor) and next piece \(run.next) of torrent \(id), of which Release says "
          + "\(entry.floor) and \(entry.next)")
    }
    if var torrent = history.torrents[id] {
      torrent.floor = max(torrent.floor, run.floor)
      torrent.next = max(torrent.next, run.next)
      history.torrents[id] = torrent
    } else if history.listed[id] == nil || run.contents > 0 {
      throw reader.error("nobody has told what torrent \(id) is")
    }
    described = run.described.map { DescribedIndex(path: $0.path, content: $0.content) }
      .sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    self.run = run
  }

  private mutating func take(
    _ id: ContentID, _ history: inout SuiteHistory
  ) throws(ArchiveError) {
    guard let run, let base = history.torrents[run.torrent]?.header.base else {
      throw reader.error("a content without a run")
    }
    _ = try reader.filename()
    let size = PieceSize.forFile(of: id.size, base: base)
    guard let pieces = reader.pieces(of: id), let numbers = pieces.numbers,
      pieces.size ?? size == size, numbers.count == size.pieceCount(of: id.size)
    else {
      throw reader.error("the fields of this content do not fit its Size, or each other")
    }
    guard numbers.last < run.next else {
      throw reader.error("the numbers \(numbers), beyond the run's next piece \(run.next)")
    }
    let position = history.position(of: id, date: run.releaseDate)
    guard history.torrents[run.torrent]?.numbers.insert(numbers, content: position) == true else {
      throw reader.error("some of the numbers \(numbers) are another content's")
    }
    guard history.take(pieces, of: position, size: size, date: run.releaseDate) else {
      throw reader.error("other pieces than were told of this content before")
    }
    told[run.torrent, default: ToldTable()].add(position, numbers)
    contents += 1
  }

  private mutating func retire(_ ranges: [PieceNumberRange]) throws(ArchiveError) {
    guard let run else { throw reader.error("retired numbers without a run") }
    for range in ranges {
      if let number = told[run.torrent, default: ToldTable()].retire(range) {
        throw reader.error("number \(number) retires, of which this file has told nothing")
      }
      retired += UInt64(range.count)
    }
  }
}
