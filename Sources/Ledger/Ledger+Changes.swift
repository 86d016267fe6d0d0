// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import GRDB
private import Glibc

extension Ledger {
  /// A number that is another one whenever somebody else has changed the ledger meanwhile.
  ///
  /// SQLite's `data_version` is one connection's view, so always the same one is asked.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package func changeCounter() throws(ArchiveError) -> Int64 {
    try readAsWriter { try Int64.fetchOne($0, sql: "PRAGMA data_version") ?? 0 }
  }

  /// What tells the ledger's file from another that has taken its place; nil when there is none.
  package static func fileIdentity(in directory: String) -> UInt64? {
    var status = stat()
    return stat(path(in: directory), &status) == 0 ? UInt64(status.st_ino) : nil
  }

  /// The suites that were processed, by name.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package func suites() throws(ArchiveError) -> [(name: String, record: SuiteRecord)] {
    try read { database in
      let query = "SELECT \(SuiteRecord.columns), name FROM suite ORDER BY name, id"
      return try Row.fetchAll(database, sql: query).map { ($0[4], try SuiteRecord($0)) }
    }
  }
}
