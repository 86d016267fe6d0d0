// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
internal import GRDB
private import Glibc

extension Ledger {
  private static let suffixes = ["", "-wal", "-shm"]

  /// A ledger that is whole and about to take its place in `directory`.
  private static func waiting(in directory: String) -> String { "\(path(in: directory)).rebuilt" }

  /// Ends all work with the database, so that everything is in its one file.
  ///
  /// - Throws: `ArchiveError` when it is in use.
  package func close() throws(ArchiveError) {
    // Whoever closes last is a reader, who could not do it.
    try readAsWriter { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
    do { try database.close() } catch { throw Ledger.explained(error, "the ledger") }
  }

  /// Moves the ledger of `source`, which is closed, into `directory`; one that is there is kept under
  /// the name with `mark` behind it.
  ///
  /// - Throws: `ArchiveError` when a file cannot be moved.
  /// - Returns: where the old one is; nil when there was none.
  package static func install(
    from source: String, in directory: String, mark: String
  ) throws(ArchiveError) -> String? {
    let target = path(in: directory)
    var log = stat()
    guard stat("\(path(in: source))-wal", &log) != 0 || log.st_size == 0 else {
      throw ArchiveError(.io, "the new ledger is not whole in its file")
    }
    // As long as this file is there nobody opens, or makes, a ledger: a run that is killed between
    // the next steps leaves none that could give numbers again.
    try move(path(in: source), to: waiting(in: directory))
    try synchronizeDirectory(directory)
    let old = exists(in: directory) ? "\(target).\(mark)" : nil
    if let old {
      for suffix in suffixes.reversed() where ArchiveFiles.exists(target + suffix) {
        try move(target + suffix, to: old + suffix)
      }
    }
    try move(waiting(in: directory), to: target)
    try synchronizeDirectory(directory)
    return old
  }

  /// Refuses a directory in which a new ledger was about to take its place.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG).
  static func checkNotReplaced(_ directory: String) throws(ArchiveError) {
    guard ArchiveFiles.exists(waiting(in: directory)) else { return }
    throw ArchiveError(
      .configuration, "archive-tool rebuild-ledger was interrupted",
      at: ArchiveError.Place(file: waiting(in: directory)),
      advice: "run it again, with --replace")
  }

  private static func move(_ old: String, to new: String) throws(ArchiveError) {
    guard rename(old, new) == 0 else { throw .system(errno, "rename", old) }
  }
}
