// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
internal import Foundation
internal import GRDB
private import Glibc

/// The durable memory of all runs: contents, numbers, generations, what was published.
///
/// SQLite in write-ahead mode with every commit synced: a number that was published must not be
/// given again after a power cut. Calls block; make them off the cooperative pool.
package final class Ledger: Sendable {
  let database: any DatabaseWriter
  /// Who numbers here.
  package let publisher: PublisherID
  /// For messages.
  private let path: String

  /// Opens, or makes, the ledger in `directory`.
  ///
  /// - Throws: `ArchiveError` when it cannot be opened, is damaged, or is of a newer format.
  package convenience init(
    directory: String, using generator: inout some RandomNumberGenerator
  ) throws(ArchiveError) {
    let path = Ledger.path(in: directory)
    try Ledger.checkNotReplaced(directory)
    try self.init(path, using: &generator) {
      try DatabasePool(path: path, configuration: Ledger.configuration)
    }
  }

  /// Opens the ledger in `directory` for who only looks: nothing is committed. A pool commits once
  /// when it is opened, and servers would take that for news.
  ///
  /// - Throws: `ArchiveError` when it cannot be opened, is damaged, or is of a newer format.
  package convenience init(
    lookingAt directory: String, using generator: inout some RandomNumberGenerator
  ) throws(ArchiveError) {
    let path = Ledger.path(in: directory)
    try self.init(path, using: &generator) {
      try DatabaseQueue(path: path, configuration: Ledger.configuration)
    }
  }

  /// A ledger in memory, for tests and for dry runs where there is none yet.
  ///
  /// - Throws: `ArchiveError` where SQLite refuses.
  package convenience init(
    inMemoryUsing generator: inout some RandomNumberGenerator
  ) throws(ArchiveError) {
    try self.init("memory", using: &generator) {
      try DatabaseQueue(configuration: Ledger.configuration)
    }
  }

  /// A copy in memory of the ledger in `directory`, or an empty one where there is none: for dry
  /// runs, which write nothing.
  ///
  /// - Throws: `ArchiveError` when there is a ledger and it cannot be read.
  package convenience init(
    copyOf directory: String, using generator: inout some RandomNumberGenerator
  ) throws(ArchiveError) {
    let path = Ledger.path(in: directory)
    let isThere = Ledger.exists(in: directory)
    try self.init(path, using: &generator) {
      let copy = try DatabaseQueue(configuration: Ledger.configuration)
      guard isThere else { return copy }
      try Ledger.copy(path, to: copy)
      return copy
    }
  }

  /// Where nobody has the ledger open, SQLite is told so: it would leave two files beside it, even
  /// of a reader. Somebody who opens it meanwhile makes `-wal`, and then it is read once more.
  private static func copy(_ path: String, to copy: DatabaseQueue) throws {
    var readOnly = Configuration()
    readOnly.readonly = true
    func isOpen() -> Bool { access("\(path)-wal", F_OK) == 0 }
    let takesURI = try copy.read {
      try Bool.fetchOne($0, sql: "SELECT sqlite_compileoption_used('USE_URI')") ?? false
    }
    let escaped = path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed)
    if takesURI, let escaped, !isOpen() {
      let still = "file:\(escaped)?immutable=1"
      try DatabaseQueue(path: still, configuration: readOnly).backup(to: copy)
      if !isOpen() { return }
    }
    try DatabaseQueue(path: path, configuration: readOnly).backup(to: copy)
  }

  /// The database's file.
  static func path(in directory: String) -> String { "\(directory)/ledger.sqlite" }

  /// Whether there is a ledger in `directory`.
  package static func exists(in directory: String) -> Bool {
    access(path(in: directory), F_OK) == 0
  }

  private init(
    _ path: String, using generator: inout some RandomNumberGenerator,
    open: () throws -> any DatabaseWriter
  ) throws(ArchiveError) {
    let fresh = PublisherID(using: &generator)
    do {
      let database = try open()
      let migrator = LedgerSchema.migrator
      guard try !database.read(migrator.hasBeenSuperseded) else {
        throw ArchiveError(
          .configuration, "the ledger was written by a newer archive-tool",
          at: ArchiveError.Place(file: path), advice: "run that version, or restore a backup")
      }
      if try !database.read(migrator.hasCompletedMigrations) { try migrator.migrate(database) }
      publisher =
        try database.read { try Ledger.publisher(in: $0, path) }
        ?? database.write { try Ledger.publisher(in: $0, or: fresh, path) }
      self.database = database
      self.path = path
    } catch {
      throw Ledger.explained(error, path)
    }
  }

  private static var configuration: Configuration {
    var configuration = Configuration()
    configuration.busyMode = .timeout(10)
    configuration.prepareDatabase { try $0.execute(sql: "PRAGMA synchronous = FULL") }
    return configuration
  }

  private static func publisher(in database: Database, _ path: String) throws -> PublisherID? {
    let query = "SELECT value FROM setting WHERE name = 'publisher'"
    guard let text = try String.fetchOne(database, sql: query) else { return nil }
    guard let publisher = PublisherID(hex: text) else {
      throw ArchiveError(
        .data, "the ledger's publisher id is damaged", at: ArchiveError.Place(file: path))
    }
    return publisher
  }

  private static func publisher(
    in database: Database, or fresh: PublisherID, _ path: String
  ) throws -> PublisherID {
    if let publisher = try publisher(in: database, path) { return publisher }
    try database.execute(
      sql: "INSERT INTO setting (name, value) VALUES ('publisher', ?)",
      arguments: [fresh.description])
    return fresh
  }
}

extension Ledger {
  /// Reads within one snapshot.
  func read<T>(_ body: (Database) throws -> T) throws(ArchiveError) -> T {
    do { return try database.read(body) } catch { throw Ledger.explained(error, path) }
  }

  /// Writes in one transaction, durable when this returns.
  func write<T>(_ body: (Database) throws -> T) throws(ArchiveError) -> T {
    do { return try database.write(body) } catch { throw Ledger.explained(error, path) }
  }

  /// Reads by the connection that writes, outside a transaction.
  func readAsWriter<T>(_ body: (Database) throws -> T) throws(ArchiveError) -> T {
    do {
      return try database.writeWithoutTransaction(body)
    } catch {
      throw Ledger.explained(error, path)
    }
  }

  /// Whether SQLite could not open a file because no descriptor is left: it does not say so itself.
  /// The directory is tried: closing the database would release the locks on it.
  private static func lacksDescriptors(_ path: String) -> Bool {
    let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    let number = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if number >= 0 { Glibc.close(number) }
    return number < 0 && (errno == EMFILE || errno == ENFILE)
  }

  /// SQLite's errors in the words of the field.
  static func explained(_ error: any Error, _ path: String) -> ArchiveError {
    let place = ArchiveError.Place(file: path)
    guard let error = error as? DatabaseError else {
      return error as? ArchiveError ?? ArchiveError(.software, "\(error)", at: place)
    }
    let reason = error.message ?? "\(error.resultCode)"
    switch error.resultCode.primaryResultCode {
    case .SQLITE_FULL,
      // There was no room for the file in which readers and writers find each other.
      .SQLITE_IOERR where error.extendedResultCode == .SQLITE_IOERR_SHMSIZE:
      return ArchiveError(
        .io, "cannot write the ledger: disk full", at: place,
        advice: "free some space and run again: nothing was lost")
    case .SQLITE_IOERR:
      return ArchiveError(.io, "cannot read or write the ledger: \(reason)", at: place)
    case .SQLITE_CANTOPEN where lacksDescriptors(path):
      return .system(EMFILE, "open", path)
    case .SQLITE_READONLY, .SQLITE_CANTOPEN, .SQLITE_PERM:
      return ArchiveError(
        .cannotCreate, "cannot open the ledger for writing: \(reason)", at: place,
        advice: "check the state directory's owner and mode, and that its disk has room")
    case .SQLITE_CORRUPT:
      // SQLite says the same of a disk that fails to read (SQLITE_IOERR_CORRUPTFS).
      return ArchiveError(
        .data, "the ledger is damaged: \(reason)", at: place,
        advice: "check the disk and run again; if it stays so, restore it from a backup")
    case .SQLITE_NOTADB:
      return ArchiveError(
        .data, "the ledger is damaged: \(reason)", at: place, advice: "restore it from a backup")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      return ArchiveError(.temporary, "the ledger is in use: \(reason)", at: place)
    default: return ArchiveError(.software, "the ledger refuses: \(reason)", at: place)
    }
  }
}

extension Row {
  /// The bytes of a column.
  func bytes(_ column: Int) -> [UInt8] { [UInt8](self[column] as Data) }

  /// A piece number or a count of them; a damaged ledger may hold anything.
  func pieceNumber(_ column: Int) throws -> UInt32 {
    guard let number = UInt32(exactly: self[column] as Int64) else {
      throw ArchiveError(
        .data, "the ledger is damaged: \(self[column] as Int64) is no piece number")
    }
    return number
  }

  /// The digest in a column, without copying it first.
  func digest(_ column: Int) throws -> SHA256Digest {
    let digest = try withUnsafeData(atIndex: column) { data in
      data?.withUnsafeBytes { SHA256Digest(bytes: $0) }
    }
    guard let digest else {
      throw ArchiveError(.data, "the ledger is damaged: a hash has not 32 bytes")
    }
    return digest
  }
}
