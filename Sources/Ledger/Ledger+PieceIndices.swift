// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Foundation
internal import GRDB

/// What the ledger knows of one published piece index.
package struct PieceIndexRecord: Hashable, Sendable {
  package let row: RowID
  /// Relative to the suite, uncompressed.
  package let path: String
  /// The indices its last member was paired with.
  package let described: [DescribedIndex]
  /// The contents it has told of and not retired, in the current generations.
  package let told: Set<Told>
  /// How many members it has.
  package let members: Int

  /// A content in a generation.
  package struct Told: Hashable, Sendable {
    package let torrent: RowID
    package let content: RowID

    package init(torrent: RowID, content: RowID) {
      self.torrent = torrent
      self.content = content
    }
  }
}

/// One run's addition to a piece index.
package struct PieceIndexAddition: Sendable {
  package let record: PieceIndexRecord
  /// A whole gzip member.
  package let member: [UInt8]
  package let described: [DescribedIndex]
  package let told: [PieceIndexRecord.Told]
  package let retired: [PieceIndexRecord.Told]

  package init(
    record: PieceIndexRecord, member: [UInt8], described: [DescribedIndex],
    told: [PieceIndexRecord.Told], retired: [PieceIndexRecord.Told]
  ) {
    self.record = record
    self.member = member
    self.described = described
    self.told = told
    self.retired = retired
  }
}

extension Ledger {
  /// The piece indices of `suite`, by path.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read or is damaged.
  package func pieceIndices(
    of suite: SuiteRecord
  ) throws(ArchiveError) -> [String: PieceIndexRecord] {
    try read { database in
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT id, path, (SELECT count(*) FROM member WHERE piece_index = piece_index.id)
          FROM piece_index WHERE suite = ?
          """, arguments: [suite.row])
      var records: [String: PieceIndexRecord] = [:]
      for row in rows {
        let path: String = row[1]
        records[path] = PieceIndexRecord(
          row: row[0], path: path, described: try Self.described(row[0], in: database),
          told: try Self.told(row[0], in: database), members: row[2])
      }
      return records
    }
  }

  /// The piece index at `path`, made when it is new.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func makePieceIndex(
    _ path: String, suite: SuiteRecord
  ) throws(ArchiveError) -> PieceIndexRecord {
    try write { database in
      try database.execute(
        sql: "INSERT INTO piece_index (suite, path) VALUES (?, ?)", arguments: [suite.row, path])
      return PieceIndexRecord(
        row: database.lastInsertedRowID, path: path, described: [], told: [], members: 0)
    }
  }

  private static func described(_ index: RowID, in database: Database) throws -> [DescribedIndex] {
    try Row.fetchAll(
      database,
      sql: "SELECT path, sha256, size FROM described WHERE piece_index = ? ORDER BY path",
      arguments: [index]
    ).map { row in
      DescribedIndex(
        path: row[0],
        content: ContentID(
          sha256: try row.digest(1),
          size: ByteCount(UInt64(bitPattern: row[2] as Int64))))
    }
  }

  private static func told(
    _ index: RowID, in database: Database
  ) throws -> Set<PieceIndexRecord.Told> {
    let query = """
      SELECT told.torrent, told.content FROM told JOIN torrent ON torrent.id = told.torrent
      WHERE told.piece_index = ? AND torrent.superseded IS NULL
      """
    var told: Set<PieceIndexRecord.Told> = []
    let rows = try Row.fetchCursor(database, sql: query, arguments: [index])
    while let row = try rows.next() {
      told.insert(PieceIndexRecord.Told(torrent: row[0], content: row[1]))
    }
    return told
  }

  /// Adds a member to each piece index. What is here will be published, if not by this run then by
  /// the next: a member is never taken back.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func append(_ additions: [PieceIndexAddition]) throws(ArchiveError) {
    try write { database in
      for addition in additions { try Self.append(addition, in: database) }
    }
  }

  private static func append(_ addition: PieceIndexAddition, in database: Database) throws {
    let index = addition.record.row
    try database.execute(
      sql: "INSERT INTO member (piece_index, sequence, bytes) VALUES (?, ?, ?)",
      arguments: [index, addition.record.members, Data(addition.member)])
    try database.execute(sql: "DELETE FROM described WHERE piece_index = ?", arguments: [index])
    for described in addition.described {
      try database.execute(
        sql: "INSERT INTO described (piece_index, path, sha256, size) VALUES (?, ?, ?, ?)",
        arguments: [
          index, described.path, Data(described.content.sha256.bytes),
          Int64(described.content.size.rawValue),
        ])
    }
    for retired in addition.retired {
      try database.cachedStatement(
        sql: "DELETE FROM told WHERE piece_index = ? AND torrent = ? AND content = ?"
      ).execute(arguments: [index, retired.torrent, retired.content])
    }
    for told in addition.told {
      try database.cachedStatement(
        sql: "INSERT OR IGNORE INTO told (piece_index, torrent, content) VALUES (?, ?, ?)"
      ).execute(arguments: [index, told.torrent, told.content])
    }
  }

  /// Calls `body` with each member of a piece index, in order.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read, and what `body` throws.
  package func forEachMember(
    of record: PieceIndexRecord, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws(ArchiveError) {
    try read { database in
      let rows = try Row.fetchCursor(
        database, sql: "SELECT bytes FROM member WHERE piece_index = ? ORDER BY sequence",
        arguments: [record.row])
      while let row = try rows.next() {
        try row.withUnsafeData(atIndex: 0) { data in
          if let data { try data.withUnsafeBytes { try body($0) } }
        }
      }
    }
  }
}
