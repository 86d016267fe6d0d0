// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Foundation
internal import GRDB

extension Ledger {
  /// What a ledger is to the files that it takes over.
  package enum Role: Hashable, Sendable {
    /// Theirs again: the ledger that they were published from is lost.
    case own
    /// That of a mirror whose numbers are given by this publisher.
    case follower(PublisherID)
  }

  /// What came of taking files over.
  package struct Taken: Sendable {
    /// Gzip members that were new here.
    package var members = 0
    /// Contents whose pieces were read here and are others than the publisher says.
    package var refuted: [ContentID] = []
  }

  /// Takes over what the published files of a suite tell, all of it or nothing.
  ///
  /// Numbers, members and headers that are here stay as they are: what was published before has to
  /// come again byte for byte, and more may follow.
  ///
  /// - Throws: `ArchiveError`: EX_DATAERR when the files contradict what is here, or each other.
  package func take(_ published: PublishedSuite, as role: Role) throws(ArchiveError) -> Taken {
    let suite = try suite(origin: published.origin, name: published.name)
    return try write { database in
      var taking = PublishedTaking(published, suite: suite.row, role: role, in: database)
      try taking.run()
      return taking.taken
    }
  }

  /// Notes the by-hash files in `output` that are known to be ours.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func noteByHash(
    _ files: [String: Int], of suite: SuiteRecord, output: String
  ) throws(ArchiveError) {
    try write { database in
      for (path, unused) in files.sorted(by: { $0.key < $1.key }) {
        try database.cachedStatement(
          sql: "INSERT OR REPLACE INTO by_hash (suite, output, path, unused) VALUES (?, ?, ?, ?)"
        ).execute(arguments: [suite.row, output, path, unused])
      }
    }
  }

  /// Makes `publisher` the one who numbers here: of a ledger that has numbered nothing yet.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be written.
  package func adopt(_ publisher: PublisherID) throws(ArchiveError) {
    try write { database in
      guard try Int64.fetchOne(database, sql: "SELECT count(*) FROM torrent") == 0 else {
        throw ArchiveError(.software, "the ledger has torrents of its own")
      }
      try database.execute(
        sql: "UPDATE setting SET value = ? WHERE name = 'publisher'",
        arguments: [publisher.description])
    }
  }
}
