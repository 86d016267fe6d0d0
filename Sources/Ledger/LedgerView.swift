// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
internal import Foundation
internal import GRDB

/// The ledger for a process that only reads it, while runs write to it.
package final class LedgerView: Sendable {
  private let database: DatabaseQueue
  private let directory: String
  private let identity: UInt64?

  /// Everything a server of the archive needs to know, as of one moment.
  package struct Snapshot: Sendable {
    /// A generation of a torrent with the numbers of its contents, in order.
    package struct Torrent: Sendable {
      package let record: TorrentRecord
      /// The name of its suite.
      package let suite: String
      package var numbers: [(numbers: PieceNumberRange, content: RowID)]
    }

    package var contents: [(row: RowID, id: ContentID)] = []
    package var files: [(path: String, record: FileRecord)] = []
    package var torrents: [Torrent] = []
  }

  /// Opens the ledger in `directory`, which must exist.
  ///
  /// - Throws: `ArchiveError` when it cannot be opened or is of a newer format.
  package init(directory: String) throws(ArchiveError) {
    self.directory = directory
    let path = Ledger.path(in: directory)
    do {
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(10)
      // In KiB: what is read twice is in the page cache.
      configuration.prepareDatabase { try $0.execute(sql: "PRAGMA cache_size = -512") }
      identity = Ledger.fileIdentity(in: directory)
      database = try DatabaseQueue(path: path, configuration: configuration)
      guard try !database.read(LedgerSchema.migrator.hasBeenSuperseded) else {
        throw ArchiveError(
          .configuration, "the ledger was written by a newer archive-tool",
          at: ArchiveError.Place(file: path), advice: "run that version")
      }
    } catch {
      throw Ledger.explained(error, path)
    }
  }

  /// Whether another file has taken the ledger's place, as when a backup is restored.
  package var isReplaced: Bool { Ledger.fileIdentity(in: directory) != identity }

  /// A number that changes whenever somebody has written to the ledger (SQLite's data_version).
  ///
  /// - Throws: `ArchiveError` when it cannot be read.
  package func version() throws(ArchiveError) -> Int64 {
    try read { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
  }

  /// What the ledger says of the archive at `archive` (an absolute path) and of all torrents.
  ///
  /// - Throws: `ArchiveError` when it cannot be read or is damaged.
  package func snapshot(archive: String) throws(ArchiveError) -> Snapshot {
    try read { database in
      var snapshot = Snapshot()
      let contents = try Row.fetchCursor(database, sql: "SELECT id, size, sha256 FROM content")
      while let row = try contents.next() {
        let size = ByteCount(UInt64(bitPattern: row[1] as Int64))
        snapshot.contents.append((row[0], ContentID(sha256: try row.digest(2), size: size)))
      }
      snapshot.files = try Self.files(of: archive, in: database)
      for suite in try Row.fetchAll(database, sql: "SELECT id, name FROM suite ORDER BY name") {
        for record in try Ledger.torrents(of: suite[0], in: database) {
          snapshot.torrents.append(try Self.torrent(record, of: suite[1], in: database))
        }
      }
      return snapshot
    }
  }

  private static func files(
    of archive: String, in database: Database
  ) throws -> [(path: String, record: FileRecord)] {
    let query = """
      SELECT file.path, file.content, file.inode, file.size, file.modified, file.changed
      FROM file JOIN archive ON archive.id = file.archive WHERE archive.path = ?
      """
    let rows = try Row.fetchCursor(database, sql: query, arguments: [archive])
    var files: [(path: String, record: FileRecord)] = []
    while let row = try rows.next() {
      let key = StalenessKey(
        inode: UInt64(bitPattern: row[2] as Int64),
        size: ByteCount(UInt64(bitPattern: row[3] as Int64)), modified: row[4], changed: row[5])
      files.append((row[0], FileRecord(content: row[1], staleness: key)))
    }
    return files
  }

  private static func torrent(
    _ record: TorrentRecord, of suite: String, in database: Database
  ) throws -> Snapshot.Torrent {
    let query = "SELECT first, count, content FROM number WHERE torrent = ? ORDER BY first"
    let rows = try Row.fetchCursor(database, sql: query, arguments: [record.row])
    var torrent = Snapshot.Torrent(record: record, suite: suite, numbers: [])
    while let row = try rows.next() {
      let first = PieceNumber(try row.pieceNumber(0))
      guard let numbers = PieceNumberRange(first: first, count: try row.pieceNumber(1)) else {
        throw ArchiveError(.data, "the ledger is damaged: an empty range of numbers at \(first)")
      }
      torrent.numbers.append((numbers, row[2]))
    }
    return torrent
  }

  func read<T>(_ body: (Database) throws -> T) throws(ArchiveError) -> T {
    do {
      return try database.read(body)
    } catch {
      throw Ledger.explained(error, Ledger.path(in: directory))
    }
  }
}
