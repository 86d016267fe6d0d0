// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Foundation
internal import GRDB

/// Looks up contents within one snapshot.
package struct ContentReader {
  private let database: Database

  init(_ database: Database) throws { self.database = database }

  private static let columns = """
    SELECT content.first_release, content.root, pieces.piece_size, pieces.sha256, pieces.sha1,
      pieces.layer
    FROM content JOIN pieces ON pieces.content = content.id
    WHERE content.sha256 = ? AND content.size = ? AND content.first_release IS NOT NULL
    """

  /// What is known of `content`; nil when it was never numbered.
  ///
  /// - Throws: `ArchiveError` (EX_DATAERR) when the ledger is damaged.
  package func stored(_ content: ContentID) throws -> StoredContent? {
    // The oldest row: what was made of it once must come out the same, whatever base size later
    // generations have. What was only published, and not read, comes last.
    let statement = try database.cachedStatement(
      sql: """
        \(Self.columns)
        ORDER BY pieces.sha1 = x'' AND pieces.layer = x'', pieces.rowid LIMIT 1
        """)
    let arguments: StatementArguments = [
      Data(content.sha256.bytes), Int64(content.size.rawValue),
    ]
    return try Row.fetchOne(statement, arguments: arguments).map { try Self.stored($0, content) }
  }

  /// The same as it was hashed at `pieceSize`; nil when it never was.
  ///
  /// - Throws: `ArchiveError` (EX_DATAERR) when the ledger is damaged.
  package func stored(_ content: ContentID, pieceSize: PieceSize) throws -> StoredContent? {
    let statement = try database.cachedStatement(
      sql: "\(Self.columns) AND pieces.piece_size = ?")
    let arguments: StatementArguments = [
      Data(content.sha256.bytes), Int64(content.size.rawValue), Int64(pieceSize.rawValue),
    ]
    return try Row.fetchOne(statement, arguments: arguments).map { try Self.stored($0, content) }
  }

  /// Calls `body` for every content that was ever numbered, under each path that it was found at,
  /// once for each piece size at which it was hashed.
  fileprivate static func forEachFile(
    in database: Database, _ body: (_ path: String, StoredContent) throws -> Void
  ) throws {
    let query = """
      SELECT content.first_release, content.root, pieces.piece_size, pieces.sha256, pieces.sha1,
        pieces.layer, content.sha256, content.size, file.path
      FROM content
      JOIN pieces ON pieces.content = content.id
      JOIN file ON file.content = content.id
      WHERE content.first_release IS NOT NULL
      ORDER BY content.id, file.path, pieces.rowid
      """
    let rows = try Row.fetchCursor(database, sql: query)
    while let row = try rows.next() {
      let content = ContentID(
        sha256: try row.digest(6), size: ByteCount(UInt64(bitPattern: row[7] as Int64)))
      try body(row[8], try stored(row, content))
    }
  }

  /// Reads the columns from `first_release` on.
  fileprivate static func stored(_ row: Row, _ content: ContentID) throws -> StoredContent {
    guard let pieceSize = PieceSize(rawValue: UInt64(clamping: row[2] as Int64)) else {
      throw ArchiveError(.data, "the ledger is damaged: \(row[2] as Int64) is no piece size")
    }
    let digests = ContentDigests(
      root: try row.digest(1), pieceSize: pieceSize, sha256Pieces: row.bytes(3),
      sha1Pieces: row.bytes(4), layer: row.bytes(5))
    return StoredContent(
      content: content, firstRelease: ArchiveDate(seconds: row[0]), digests: digests)
  }
}

extension Ledger {
  /// Calls `body` with a reader that is good until it returns.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read, and what `body` throws.
  package func withContents<T>(_ body: (ContentReader) throws -> T) throws(ArchiveError) -> T {
    try read { try body(ContentReader($0)) }
  }

  /// Calls `body` for every content that was ever numbered, under each path that it was found at,
  /// once for each piece size at which it was hashed.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read, and what `body` throws.
  package func forEachStoredFile(
    _ body: (_ path: String, StoredContent) throws -> Void
  ) throws(ArchiveError) {
    try read { try ContentReader.forEachFile(in: $0, body) }
  }
}

extension LedgerView {
  /// As `Ledger.forEachStoredFile`.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read, and what `body` throws.
  package func forEachStoredFile(
    _ body: (_ path: String, StoredContent) throws -> Void
  ) throws(ArchiveError) {
    try read { try ContentReader.forEachFile(in: $0, body) }
  }

  /// What is known of `content`; nil when it was never numbered.
  ///
  /// - Throws: `ArchiveError` when it cannot be read or is damaged.
  package func stored(_ content: ContentID) throws(ArchiveError) -> StoredContent? {
    try read { try ContentReader($0).stored(content) }
  }

  /// The same as it was hashed at `pieceSize`; nil when it never was.
  ///
  /// - Throws: `ArchiveError` when it cannot be read or is damaged.
  package func stored(
    _ content: ContentID, pieceSize: PieceSize
  ) throws(ArchiveError) -> StoredContent? {
    try read { try ContentReader($0).stored(content, pieceSize: pieceSize) }
  }
}
