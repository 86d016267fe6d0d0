// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Foundation
internal import GRDB

/// What was last published of a suite in one output tree.
package struct Publication: Hashable, Sendable {
  /// Digest over everything the published bytes depend on.
  package let fingerprint: SHA256Digest
  /// Of the Release that was published.
  package let release: SHA256Digest

  package init(fingerprint: SHA256Digest, release: SHA256Digest) {
    self.fingerprint = fingerprint
    self.release = release
  }
}

extension Ledger {
  /// The last publication of `suite` to `output`; nil before the first.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read or is damaged.
  package func publication(
    of suite: SuiteRecord, output: String
  ) throws(ArchiveError) -> Publication? {
    try read { database in
      try Row.fetchOne(
        database,
        sql: "SELECT fingerprint, release_sha256 FROM publication WHERE suite = ? AND output = ?",
        arguments: [suite.row, output]
      ).map { row in
        Publication(
          fingerprint: try row.digest(0),
          release: try row.digest(1))
      }
    }
  }

  /// Records what stands in `output` now.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func record(
    _ publication: Publication, of suite: SuiteRecord, output: String
  ) throws(ArchiveError) {
    try write { database in
      try database.execute(
        sql: """
          INSERT OR REPLACE INTO publication (suite, output, fingerprint, release_sha256)
          VALUES (?, ?, ?, ?)
          """,
        arguments: [
          suite.row, output, Data(publication.fingerprint.bytes), Data(publication.release.bytes),
        ])
    }
  }

  /// By-hash files of ours in `output`, with how many publications ago each was last listed.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package func byHashFiles(
    of suite: SuiteRecord, output: String
  ) throws(ArchiveError) -> [String: Int] {
    try read { database in
      let rows = try Row.fetchAll(
        database, sql: "SELECT path, unused FROM by_hash WHERE suite = ? AND output = ?",
        arguments: [suite.row, output])
      return Dictionary(rows.map { ($0[0] as String, $0[1] as Int) }) { $1 }
    }
  }

  /// Claims the by-hash files of a publication before it is swapped in: `paths` are listed by it,
  /// all others of ours are one publication older, those in `forgotten` are gone.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func claimByHash(
    _ paths: Set<String>, forgotten: Set<String>, of suite: SuiteRecord, output: String
  ) throws(ArchiveError) {
    try write { database in
      try database.execute(
        sql: "UPDATE by_hash SET unused = unused + 1 WHERE suite = ? AND output = ?",
        arguments: [suite.row, output])
      for path in paths.sorted() {
        try database.cachedStatement(
          sql: "INSERT OR REPLACE INTO by_hash (suite, output, path, unused) VALUES (?, ?, ?, 0)"
        ).execute(arguments: [suite.row, output, path])
      }
      for path in forgotten.sorted() {
        try database.cachedStatement(
          sql: "DELETE FROM by_hash WHERE suite = ? AND output = ? AND path = ?"
        ).execute(arguments: [suite.row, output, path])
      }
    }
  }
}
