// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import Publisher

/// Looks at the ledger by itself: the database, the arithmetic of numbers, the cache beside it.
struct LedgerAudit {
  let ledger: Ledger
  let state: String
  private(set) var findings: [Finding] = []

  init(_ ledger: Ledger, state: String) {
    self.ledger = ledger
    self.state = state
  }

  private var place: String { "\(state)/ledger.sqlite" }

  /// What holds for all suites.
  mutating func checkDatabase() throws {
    for problem in try ledger.integrityProblems() {
      findings.append(Finding(.ledger, place, problem))
    }
    for content in try ledger.malformedPieces() {
      findings.append(
        Finding(.ledger, place, "the hashes of \(content) are not as many as it has pieces"))
    }
    let cache = BlockCache(directory: "\(state)/blocks")
    for name in try cache.damagedFiles() {
      findings.append(
        Finding(.block, "\(cache.directory)/\(name)", "is not the bytes that were stored"))
    }
  }

  /// What holds for each generation of a suite.
  mutating func check(_ knowledge: LedgerKnowledge) throws {
    for torrent in knowledge.torrents.values.sorted(by: { $0.record.row < $1.record.row }) {
      try check(torrent.record)
      check(torrent)
    }
  }

  private mutating func check(_ record: TorrentRecord) throws {
    let id = try TorrentHeader.torrentID(of: record.header)
    if id != record.id {
      note(record, "its header gives the id \(id), the ledger has \(record.id)")
    }
  }

  private mutating func check(_ torrent: LedgerKnowledge.Torrent) {
    let record = torrent.record
    let rows = torrent.contents.values.joined().sorted { $0.numbers.first < $1.numbers.first }
    var (last, live): (NumberedContent?, UInt64) = (nil, 0)
    var lowest: PieceNumber?
    for row in rows {
      let size = PieceSize.forFile(of: row.content.size, base: record.base)
      let count = size.pieceCount(of: row.content.size)
      if row.numbers.count != count {
        note(record, "\(row.content) has the numbers \(row.numbers), its size takes \(count)")
      }
      if let last, last.numbers.last >= row.numbers.first {
        note(
          record,
          "the numbers \(last.numbers) of \(last.content) and \(row.numbers) of \(row.content) "
            + "overlap")
      }
      last = row
      guard !row.isRetired else { continue }
      live += UInt64(row.numbers.count)
      lowest = lowest ?? row.numbers.first
    }
    let numbering = record.numbering
    if let last, last.numbers.last >= numbering.next {
      note(record, "the number \(last.numbers.last) was given, the next one is \(numbering.next)")
    }
    if let lowest, lowest < numbering.floor {
      note(record, "the number \(lowest) lives below the floor \(numbering.floor)")
    }
    if live != numbering.live {
      note(record, "\(live) numbers live, the ledger counts \(numbering.live)")
    }
  }

  private mutating func note(_ record: TorrentRecord, _ problem: String) {
    guard findings.count < 1000 else { return }
    findings.append(
      Finding(
        .ledger, place,
        "torrent \(record.architecture), generation \(record.generation): \(problem)"))
  }
}
