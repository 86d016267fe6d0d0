// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Foundation
internal import GRDB

extension Ledger {
  /// What SQLite itself finds wrong: pages and indices that contradict each other, and rows that
  /// refer to none; at most `limit` of each.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read at all.
  package func integrityProblems(limit: Int = 100) throws(ArchiveError) -> [String] {
    try read { database in
      let pages = try String.fetchAll(database, sql: "PRAGMA integrity_check(\(limit))")
        .filter { $0 != "ok" }
      let keys = try Row.fetchAll(database, sql: "PRAGMA foreign_key_check").prefix(limit)
      return pages
        + keys.map { row in
          let table: String = row[0] ?? "a table"
          let parent: String = row[2] ?? "another"
          return "a row of \(table) refers to one of \(parent) that is not there"
        }
    }
  }

  /// Contents whose lists of hashes have not the length that size and piece size give; at most
  /// `limit`.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read or is damaged.
  package func malformedPieces(limit: Int = 100) throws(ArchiveError) -> [ContentID] {
    try read { database in
      let query = """
        SELECT DISTINCT sha256, size FROM (
          SELECT content.sha256 AS sha256, content.size AS size,
            (content.size + pieces.piece_size - 1) / pieces.piece_size AS count,
            length(pieces.sha256) AS sha256s, length(pieces.sha1) AS sha1s,
            length(pieces.layer) AS layers
          FROM pieces JOIN content ON content.id = pieces.content
        )
        WHERE sha256s NOT IN (0, 32 * count) OR sha1s NOT IN (0, 20 * count)
          OR layers NOT IN (0, 32 * count)
        LIMIT ?
        """
      return try Row.fetchAll(database, sql: query, arguments: [limit]).map { row in
        ContentID(
          sha256: try row.digest(0), size: ByteCount(UInt64(bitPattern: row[1] as Int64)))
      }
    }
  }

  /// The row of an archive's root; nil when no run has seen it.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package func findArchive(path: String) throws(ArchiveError) -> RowID? {
    try read { database -> RowID? in
      try Int64.fetchOne(
        database, sql: "SELECT id FROM archive WHERE path = ?", arguments: [path])
    }
  }
}

extension Ledger {
  /// Forgets that the file at `path` was verified, so that nothing is served of it by hash and the
  /// next run reads it.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func forgetFile(_ path: String, archive: RowID) throws(ArchiveError) {
    try write { database in
      try database.execute(
        sql: "DELETE FROM file WHERE archive = ? AND path = ?", arguments: [archive, path])
    }
  }

  /// Forgets what stands in `output`, so that the next run publishes whether anything changed or
  /// not.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func forgetPublication(
    of suite: SuiteRecord, output: String
  ) throws(ArchiveError) {
    try write { database in
      try database.execute(
        sql: "DELETE FROM publication WHERE suite = ? AND output = ?",
        arguments: [suite.row, output])
    }
  }

  /// Puts the bytes of a member back that this ledger lost; a member is otherwise never changed.
  ///
  /// - Parameters:
  ///   - sequence: which member, counted from 0.
  ///   - record: of which piece index.
  ///   - bytes: as they were published.
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func restoreMember(
    _ sequence: Int, of record: PieceIndexRecord, _ bytes: [UInt8]
  ) throws(ArchiveError) {
    try write { database in
      try database.execute(
        sql: "UPDATE member SET bytes = ? WHERE piece_index = ? AND sequence = ?",
        arguments: [Data(bytes), record.row, sequence])
    }
  }
}
