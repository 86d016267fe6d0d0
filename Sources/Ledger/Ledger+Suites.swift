// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Foundation
internal import GRDB

extension Ledger {
  /// The row of an archive's root, made when it is new.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func archive(path: String) throws(ArchiveError) -> RowID {
    try write { database in
      try database.execute(
        sql: "INSERT OR IGNORE INTO archive (path) VALUES (?)", arguments: [path])
      return try Int64.fetchOne(
        database, sql: "SELECT id FROM archive WHERE path = ?", arguments: [path]) ?? 0
    }
  }

  /// The suite of `origin` and `name`, made when it is new.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func suite(origin: String, name: String) throws(ArchiveError) -> SuiteRecord {
    try write { database in
      try database.execute(
        sql: "INSERT OR IGNORE INTO suite (origin, name) VALUES (?, ?)", arguments: [origin, name])
      guard let suite = try Self.suite(origin: origin, name: name, in: database) else {
        throw ArchiveError(.software, "the suite vanished from the ledger")
      }
      return suite
    }
  }

  /// Every generation of the torrents of `suite`.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read or is damaged.
  package func torrents(of suite: SuiteRecord) throws(ArchiveError) -> [TorrentRecord] {
    try read { try Self.torrents(of: suite.row, in: $0) }
  }

  /// Calls `body` for every content numbered in a torrent, retired ones included, in number order.
  ///
  /// Column by column, because this is most of a run in which nothing changed.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read or is damaged.
  package func forEachContent(
    of torrent: TorrentRecord, _ body: (NumberedContent) -> Void
  ) throws(ArchiveError) {
    try read { database in
      let query = """
        SELECT number.first, number.count, number.retired, content.id, content.size,
          content.sha256, content.root
        FROM number JOIN content ON content.id = number.content
        WHERE number.torrent = ? ORDER BY number.first
        """
      let rows = try Row.fetchCursor(database, sql: query, arguments: [torrent.row])
      while let row = try rows.next() {
        let first = try row.pieceNumber(0)
        guard
          let numbers = PieceNumberRange(
            first: PieceNumber(first), count: try row.pieceNumber(1))
        else {
          throw ArchiveError(.data, "the ledger is damaged: an empty range of numbers at \(first)")
        }
        let content = ContentID(
          sha256: try row.digest(5), size: ByteCount(UInt64(bitPattern: row[4] as Int64)))
        body(
          NumberedContent(
            row: row[3], content: content, root: try row.digest(6), numbers: numbers,
            isRetired: (row[2] as Int64) != 0))
      }
    }
  }

  static func torrents(of suite: RowID, in database: Database) throws -> [TorrentRecord] {
    let query = """
      SELECT id, torrent_id, architecture, generation, header, base, created, floor, next, live,
        superseded
      FROM torrent WHERE suite = ? ORDER BY architecture, generation
      """
    return try Row.fetchAll(database, sql: query, arguments: [suite]).map { row in
      guard let id = TorrentID(bytes: row.bytes(1)),
        let base = PieceSize(rawValue: UInt64(clamping: row[5] as Int64))
      else {
        throw ArchiveError(.data, "the ledger is damaged: torrent \(row[0] as Int64)")
      }
      return TorrentRecord(
        row: row[0], id: id, architecture: row[2], generation: row[3], header: row.bytes(4),
        base: base,
        created: ArchiveDate(seconds: row[6]),
        numbering: Numbering(
          floor: PieceNumber(try row.pieceNumber(7)), next: PieceNumber(try row.pieceNumber(8)),
          live: UInt64(clamping: row[9] as Int64)),
        superseded: (row[10] as Int64?).map { ArchiveDate(seconds: $0) })
    }
  }

  /// The suite of `origin` and `name`, for commands that only read; nil when it was never
  /// processed.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package func findSuite(origin: String, name: String) throws(ArchiveError) -> SuiteRecord? {
    try read { try Self.suite(origin: origin, name: name, in: $0) }
  }

  private static func suite(
    origin: String, name: String, in database: Database
  ) throws -> SuiteRecord? {
    try Row.fetchOne(
      database, sql: "SELECT \(SuiteRecord.columns) FROM suite WHERE origin = ? AND name = ?",
      arguments: [origin, name]
    ).map { try SuiteRecord($0) }
  }
}

extension SuiteRecord {
  static let columns = "id, release_date, follows, followed_date"

  /// Reads the columns.
  init(_ row: Row) throws {
    self.row = row[0]
    releaseDate = (row[1] as Int64?).map { ArchiveDate(seconds: $0) }
    if let text = row[2] as String? {
      guard let publisher = PublisherID(hex: text) else {
        throw ArchiveError(.data, "the ledger is damaged: a publisher id has not 32 digits")
      }
      follows = publisher
    }
    followedDate = (row[3] as Int64?).map { ArchiveDate(seconds: $0) }
  }
}
