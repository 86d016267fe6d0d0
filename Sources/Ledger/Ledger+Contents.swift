// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel
internal import Foundation
internal import GRDB

/// A file that was read and found to hold what its index says.
package struct VerifiedContent: Sendable {
  package let path: ArchivePath
  package let content: ContentID
  package let digests: ContentDigests
  package let staleness: StalenessKey

  package init(
    path: ArchivePath, content: ContentID, digests: ContentDigests, staleness: StalenessKey
  ) {
    self.path = path
    self.content = content
    self.digests = digests
    self.staleness = staleness
  }
}

extension Ledger {
  /// Remembers what was read, so that a run killed later does not read it again; returns the row
  /// of each content, in order.
  ///
  /// What was read outweighs what a publisher said of the same content: one that turns out to have
  /// other pieces loses its numbers in the suites that follow somebody (`refuted`).
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func remember(
    _ batch: [VerifiedContent], archive: RowID
  ) throws(ArchiveError) -> [RowID] {
    try write { database in
      try batch.map { verified in
        let row = try Self.remember(verified, in: database)
        try Self.remember(
          verified.path.string, FileRecord(content: row, staleness: verified.staleness),
          archive: archive, in: database)
        return row
      }
    }
  }

  private static func remember(_ verified: VerifiedContent, in database: Database) throws -> RowID {
    let (content, digests) = (verified.content, verified.digests)
    try refute(content, digests, in: database)
    try database.cachedStatement(
      sql: """
        INSERT INTO content (sha256, size, root) VALUES (?, ?, ?)
        ON CONFLICT DO UPDATE SET root = excluded.root
        WHERE excluded.root != zeroblob(32) AND root != excluded.root AND size = excluded.size
        """
    ).execute(arguments: [
      Data(content.sha256.bytes), Int64(content.size.rawValue), Data(digests.root.bytes),
    ])
    guard let row = try Self.row(of: content, in: database) else {
      throw ArchiveError(
        .data, "the ledger knows SHA-256 \(content.sha256) with another size than \(content.size)")
    }
    try database.cachedStatement(
      sql: """
        INSERT INTO pieces (content, piece_size, sha256, sha1, layer) VALUES (?, ?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET
          sha256 = coalesce(nullif(excluded.sha256, x''), sha256),
          sha1 = coalesce(nullif(excluded.sha1, x''), sha1),
          layer = coalesce(nullif(excluded.layer, x''), layer)
        """
    ).execute(arguments: [
      row, Int64(digests.pieceSize.rawValue), Data(digests.sha256Pieces),
      Data(digests.sha1Pieces), Data(digests.layer),
    ])
    return row
  }

  private static func remember(
    _ path: String, _ file: FileRecord, archive: RowID, in database: Database
  ) throws {
    try database.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO file (archive, path, content, inode, size, modified, changed)
        VALUES (?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      archive, path, file.content, Int64(bitPattern: file.staleness.inode),
      Int64(file.staleness.size.rawValue), file.staleness.modified, file.staleness.changed,
    ])
  }

  static func row(of content: ContentID, in database: Database) throws -> RowID? {
    try Int64.fetchOne(
      database.cachedStatement(sql: "SELECT id FROM content WHERE sha256 = ? AND size = ?"),
      arguments: [Data(content.sha256.bytes), Int64(content.size.rawValue)])
  }

  /// What the ledger knows of `content` at `pieceSize`; nil when it was never read so.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read or is damaged.
  package func digests(
    of content: ContentID, pieceSize: PieceSize
  ) throws(ArchiveError) -> (row: RowID, digests: ContentDigests)? {
    try read { database -> (row: RowID, digests: ContentDigests)? in
      let query = """
        SELECT content.id, content.root, pieces.sha256, pieces.sha1, pieces.layer
        FROM content JOIN pieces ON pieces.content = content.id
        WHERE content.sha256 = ? AND content.size = ? AND pieces.piece_size = ?
        """
      let row = try Row.fetchOne(
        database.cachedStatement(sql: query),
        arguments: [
          Data(content.sha256.bytes), Int64(content.size.rawValue), Int64(pieceSize.rawValue),
        ])
      guard let row else { return nil }
      let digests = ContentDigests(
        root: try row.digest(1), pieceSize: pieceSize,
        sha256Pieces: row.bytes(2), sha1Pieces: row.bytes(3), layer: row.bytes(4))
      return (row[0], digests)
    }
  }

  /// Calls `body` for every file of `archive` that was verified to hold a content numbered in a
  /// current generation of `suite`: the bytes of its path, and what was seen.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package func forEachFile(
    of suite: SuiteRecord, archive: RowID,
    _ body: (UnsafeRawBufferPointer, FileRecord) -> Void
  ) throws(ArchiveError) {
    try read { database in
      let query = """
        SELECT file.path, file.content, file.inode, file.size, file.modified, file.changed
        FROM torrent
        JOIN number ON number.torrent = torrent.id
        JOIN file ON file.content = number.content
        WHERE torrent.suite = ? AND torrent.superseded IS NULL AND file.archive = ?
        """
      let rows = try Row.fetchCursor(database, sql: query, arguments: [suite.row, archive])
      while let row = try rows.next() {
        let record = FileRecord(
          content: row[1],
          staleness: StalenessKey(
            inode: UInt64(bitPattern: row[2] as Int64),
            size: ByteCount(UInt64(bitPattern: row[3] as Int64)), modified: row[4],
            changed: row[5]))
        var path: String = row[0]
        path.withUTF8 { body(UnsafeRawBufferPointer($0), record) }
      }
    }
  }

  /// What is known of one file; nil when it was never verified.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package func file(_ path: String, archive: RowID) throws(ArchiveError) -> FileRecord? {
    try read { database in
      let query = """
        SELECT content, inode, size, modified, changed FROM file WHERE archive = ? AND path = ?
        """
      return try Row.fetchOne(
        database.cachedStatement(sql: query), arguments: [archive, path]
      ).map { row in
        FileRecord(
          content: row[0],
          staleness: StalenessKey(
            inode: UInt64(bitPattern: row[1] as Int64),
            size: ByteCount(UInt64(bitPattern: row[2] as Int64)), modified: row[3],
            changed: row[4]))
      }
    }
  }
}
