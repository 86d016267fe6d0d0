// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Foundation
internal import GRDB

extension Ledger {
  /// The contents of a suite that are known to have other pieces than its publisher says.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package func refuted(in suite: SuiteRecord) throws(ArchiveError) -> Set<RowID> {
    try read { database in
      try Set(
        Int64.fetchAll(
          database, sql: "SELECT content FROM refuted WHERE suite = ?", arguments: [suite.row]))
    }
  }

  /// Takes a content's numbers in a suite away from what this mirror says and gives.
  static func refute(_ content: RowID, suite: RowID, in database: Database) throws {
    try database.execute(
      sql: "INSERT OR IGNORE INTO refuted (suite, content) VALUES (?, ?)",
      arguments: [suite, content])
    try database.execute(
      sql: """
        DELETE FROM number WHERE content = ?
          AND torrent IN (SELECT id FROM torrent WHERE suite = ?)
        """, arguments: [content, suite])
  }

  /// Compares what was read with what is known of the same content; a publisher who said otherwise
  /// is not repeated.
  static func refute(
    _ content: ContentID, _ digests: ContentDigests, in database: Database
  ) throws {
    let query = """
      SELECT content.id, content.root, coalesce(pieces.sha256, x'')
      FROM content LEFT JOIN pieces ON pieces.content = content.id AND pieces.piece_size = ?
      WHERE content.sha256 = ?
      """
    let row = try Row.fetchOne(
      database.cachedStatement(sql: query),
      arguments: [Int64(digests.pieceSize.rawValue), Data(content.sha256.bytes)])
    guard let row else { return }
    let (root, pieces) = (try row.digest(1), row.bytes(2))
    let isOther =
      root != .zero && digests.root != .zero && root != digests.root
      || !pieces.isEmpty && !digests.sha256Pieces.isEmpty && pieces != digests.sha256Pieces
    guard isOther else { return }
    let suites = try Int64.fetchAll(
      database,
      sql: """
        SELECT DISTINCT suite.id FROM number JOIN torrent ON torrent.id = number.torrent
        JOIN suite ON suite.id = torrent.suite
        WHERE number.content = ? AND suite.follows IS NOT NULL
        """, arguments: [row[0] as RowID])
    for suite in suites { try refute(row[0], suite: suite, in: database) }
  }

  /// Ends the following of a suite: its torrents are superseded, so that the next run begins new
  /// generations, under this ledger's own publisher id.
  ///
  /// - Returns: that id; a new one where the ledger has not numbered anything yet.
  /// - Throws: `ArchiveError`: EX_CONFIG when the suite follows nobody.
  package func promote(
    _ suite: SuiteRecord, using generator: inout some RandomNumberGenerator
  ) throws(ArchiveError) -> PublisherID {
    let fresh = PublisherID(using: &generator)
    return try write { database in
      let row = try Row.fetchOne(
        database, sql: "SELECT \(SuiteRecord.columns) FROM suite WHERE id = ?",
        arguments: [suite.row])
      guard let current = try row.map({ try SuiteRecord($0) }), current.follows != nil else {
        throw ArchiveError(
          .configuration, "the suite follows nobody: this ledger numbers it already")
      }
      let date = [current.releaseDate, current.followedDate].compactMap { $0 }.max()
      try database.execute(
        sql: "UPDATE torrent SET superseded = ? WHERE suite = ? AND superseded IS NULL",
        arguments: [date?.seconds ?? 0, suite.row])
      try database.execute(
        sql: "UPDATE suite SET follows = NULL, followed_date = NULL WHERE id = ?",
        arguments: [suite.row])
      try database.execute(sql: "DELETE FROM refuted WHERE suite = ?", arguments: [suite.row])
      return try Self.renew(publisher, fresh, in: database)
    }
  }

  /// A copy of a ledger that was only following may be anywhere: what has numbered nothing takes a
  /// new id before it does.
  private static func renew(
    _ old: PublisherID, _ fresh: PublisherID, in database: Database
  ) throws -> PublisherID {
    let prefix = Data("Publisher: \(old)\n".utf8)
    let query = "SELECT count(*) FROM torrent WHERE substr(header, 1, ?) = ?"
    let numbered = try Int64.fetchOne(database, sql: query, arguments: [prefix.count, prefix])
    guard numbered == 0 else { return old }
    try database.execute(
      sql: "UPDATE setting SET value = ? WHERE name = 'publisher'",
      arguments: [fresh.description])
    return fresh
  }
}

extension Ledger {
  /// Digest over the files of its publisher that a suite has taken over last; nil for none.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package func takenDigest(of suite: SuiteRecord) throws(ArchiveError) -> SHA256Digest? {
    try read { database in
      try String.fetchOne(
        database, sql: "SELECT value FROM setting WHERE name = ?",
        arguments: ["taken \(suite.row)"]
      ).flatMap { SHA256Digest(hex: $0) }
    }
  }

  /// Notes that everything of these files has been taken over.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func noteTaken(
    _ digest: SHA256Digest, of suite: SuiteRecord
  ) throws(ArchiveError) {
    try write { database in
      try database.execute(
        sql: "INSERT OR REPLACE INTO setting (name, value) VALUES (?, ?)",
        arguments: ["taken \(suite.row)", digest.description])
    }
  }
}
