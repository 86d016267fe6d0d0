// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Foundation
internal import GRDB

/// The changes of one run to the numbers of one suite, made durable in one transaction.
package struct NumberChanges: Sendable {
  package struct Given: Sendable {
    package let content: RowID
    package let torrent: RowID
    package let numbers: PieceNumberRange

    package init(content: RowID, torrent: RowID, numbers: PieceNumberRange) {
      self.content = content
      self.torrent = torrent
      self.numbers = numbers
    }
  }

  /// Numbers given for the first time.
  package var given: [Given] = []
  /// Numbers of contents that returned.
  package var revived: [Given] = []
  /// Numbers of contents that no index lists any more.
  package var retired: [Given] = []
  /// The torrents whose numbering changed, as it is now.
  package var torrents: [(row: RowID, numbering: Numbering)] = []
  /// Date of the Release of this run.
  package var releaseDate: ArchiveDate

  package init(releaseDate: ArchiveDate) { self.releaseDate = releaseDate }

  /// Whether any number changed.
  package var isEmpty: Bool { given.isEmpty && revived.isEmpty && retired.isEmpty }
}

extension Ledger {
  /// Begins a generation; the one before it is superseded from the date of this Release on.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func beginGeneration(
    _ header: TorrentHeader, suite: SuiteRecord
  ) throws(ArchiveError) -> TorrentRecord {
    let stanza = header.stanza
    let id = try TorrentHeader.torrentID(of: stanza)
    return try write { database in
      try database.execute(
        sql: """
          UPDATE torrent SET superseded = ?
          WHERE suite = ? AND architecture = ? AND superseded IS NULL
          """,
        arguments: [header.created.seconds, suite.row, header.architecture])
      try database.execute(
        sql: """
          INSERT INTO torrent (suite, architecture, generation, torrent_id, header, base, created)
          VALUES (?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          suite.row, header.architecture, header.generation, Data(id.bytes), Data(stanza),
          Int64(header.pieceSize.rawValue), header.created.seconds,
        ])
      return TorrentRecord(
        row: database.lastInsertedRowID, id: id, architecture: header.architecture,
        generation: header.generation, header: stanza, base: header.pieceSize,
        created: header.created, numbering: Numbering(), superseded: nil)
    }
  }

  /// Makes a run's numbers durable. A number that is taken already makes the whole fail.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func commit(_ changes: NumberChanges, suite: SuiteRecord) throws(ArchiveError) {
    try write { database in
      try Self.checkUnused(changes.given, in: database)
      for given in changes.given { try Self.give(given, changes.releaseDate, in: database) }
      for revived in changes.revived { try Self.setRetired(revived, false, in: database) }
      for retired in changes.retired { try Self.setRetired(retired, true, in: database) }
      for (row, numbering) in changes.torrents {
        try database.execute(
          sql: """
            UPDATE torrent SET floor = max(floor, ?), next = max(next, ?), live = ? WHERE id = ?
            """,
          arguments: [
            numbering.floor.rawValue, numbering.next.rawValue, Int64(numbering.live), row,
          ])
      }
      try database.execute(
        sql: "UPDATE suite SET release_date = ? WHERE id = ?",
        arguments: [changes.releaseDate.seconds, suite.row])
    }
  }

  /// Refuses numbers below the next one of their torrent, and any that overlap: the table's key
  /// knows only where a range begins.
  private static func checkUnused(
    _ given: [NumberChanges.Given], in database: Database
  ) throws {
    var next: [RowID: UInt64] = [:]
    for given in given.sorted(by: { $0.numbers.first < $1.numbers.first }) {
      let unused = try next[given.torrent] ?? Self.next(of: given.torrent, in: database)
      guard UInt64(given.numbers.first.rawValue) >= unused else {
        throw ArchiveError(.software, "the numbers \(given.numbers) were to be given twice")
      }
      next[given.torrent] = UInt64(given.numbers.last.rawValue) + 1
    }
  }

  /// One more than the last number ever given in a torrent.
  private static func next(of torrent: RowID, in database: Database) throws -> UInt64 {
    let query = """
      SELECT max(next, coalesce(
        (SELECT first + count FROM number WHERE torrent = ?1 ORDER BY first DESC LIMIT 1), 0))
      FROM torrent WHERE id = ?1
      """
    let next = try Int64.fetchOne(database, sql: query, arguments: [torrent])
    return UInt64(clamping: next ?? 0)
  }

  private static func give(
    _ given: NumberChanges.Given, _ date: ArchiveDate, in database: Database
  ) throws {
    try database.cachedStatement(
      sql: "INSERT INTO number (torrent, first, count, content) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [
      given.torrent, given.numbers.first.rawValue, given.numbers.count, given.content,
    ])
    try database.cachedStatement(
      sql: "UPDATE content SET first_release = ? WHERE id = ? AND first_release IS NULL"
    ).execute(arguments: [date.seconds, given.content])
  }

  private static func setRetired(
    _ given: NumberChanges.Given, _ retired: Bool, in database: Database
  ) throws {
    try database.cachedStatement(
      sql: "UPDATE number SET retired = ? WHERE torrent = ? AND first = ?"
    ).execute(arguments: [retired ? 1 : 0, given.torrent, given.numbers.first.rawValue])
  }
}

extension Ledger {
  /// The living numbers of a content in a torrent; nil when it has none.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package func numbers(
    of content: ContentID, in torrent: TorrentRecord
  ) throws(ArchiveError) -> PieceNumberRange? {
    try read { database -> PieceNumberRange? in
      guard let row = try Self.row(of: content, in: database) else { return nil }
      let found = try Row.fetchOne(
        database,
        sql: "SELECT first, count FROM number WHERE torrent = ? AND content = ? AND retired = 0",
        arguments: [torrent.row, row])
      return try found.flatMap {
        PieceNumberRange(
          first: PieceNumber(try $0.pieceNumber(0)), count: try $0.pieceNumber(1))
      }
    }
  }
}
