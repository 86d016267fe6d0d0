// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Foundation
internal import GRDB

extension PublishedTaking {
  func take(_ content: PublishedSuite.Content) throws -> RowID {
    let digest = Data(content.id.sha256.bytes)
    try database.cachedStatement(
      sql: """
        INSERT INTO content (sha256, size, root, first_release) VALUES (?, ?, ?, ?)
        ON CONFLICT DO UPDATE SET first_release = excluded.first_release
        WHERE first_release IS NULL OR ? AND first_release > excluded.first_release
        """
    ).execute(arguments: [
      digest, Int64(content.id.size.rawValue), Data(content.root.bytes),
      content.firstRelease.seconds, role == .own,
    ])
    let row = try Row.fetchOne(
      database.cachedStatement(sql: "SELECT id, size FROM content WHERE sha256 = ?"),
      arguments: [digest])
    guard let row, row[1] == Int64(content.id.size.rawValue) else {
      throw contradiction("SHA-256 \(content.id.sha256) has another size than \(content.id.size)")
    }
    return row[0]
  }

  /// Takes pieces and root, unless they are known to be others.
  mutating func take(_ pieces: PublishedSuite.Pieces) throws {
    let row = contents[pieces.content]
    let content = published.contents[pieces.content]
    let root = try SHA256Digest.fetch(
      database.cachedStatement(sql: "SELECT root FROM content WHERE id = ?"), [row])
    let stored = try Row.fetchOne(
      database.cachedStatement(
        sql: "SELECT sha256 FROM pieces WHERE content = ? AND piece_size = ?"),
      arguments: [row, Int64(pieces.size.rawValue)])
    let known = stored?.bytes(0) ?? []
    if let root, root != .zero, content.root != .zero, root != content.root {
      return try refute(pieces.content)
    }
    if !known.isEmpty, !pieces.sha256.isEmpty, known != pieces.sha256 {
      return try refute(pieces.content)
    }
    if root == .zero, content.root != .zero {
      try database.cachedStatement(sql: "UPDATE content SET root = ? WHERE id = ?")
        .execute(arguments: [Data(content.root.bytes), row])
    }
    try database.cachedStatement(
      sql: """
        INSERT INTO pieces (content, piece_size, sha256, sha1, layer) VALUES (?, ?, ?, x'', x'')
        ON CONFLICT DO UPDATE SET sha256 = excluded.sha256 WHERE sha256 = x''
        """
    ).execute(arguments: [row, Int64(pieces.size.rawValue), Data(pieces.sha256)])
  }

  private mutating func refute(_ content: Int) throws {
    let id = published.contents[content].id
    guard case .follower = role else {
      throw contradiction("two suites tell of other pieces of the content \(id)")
    }
    if refuted.insert(content).inserted { taken.refuted.append(id) }
  }

  /// Contents that are refuted, and those that are no longer.
  func settleRefuted() throws {
    for (position, row) in contents.enumerated() {
      guard refuted.contains(position) else {
        try database.cachedStatement(sql: "DELETE FROM refuted WHERE suite = ? AND content = ?")
          .execute(arguments: [suite, row])
        continue
      }
      try Ledger.refute(row, suite: suite, in: database)
    }
  }
}

extension PublishedTaking {
  mutating func take(_ index: PublishedSuite.Index) throws {
    try database.execute(
      sql: "INSERT OR IGNORE INTO piece_index (suite, path) VALUES (?, ?)",
      arguments: [suite, index.path])
    let row = try Int64.fetchOne(
      database, sql: "SELECT id FROM piece_index WHERE suite = ? AND path = ?",
      arguments: [suite, index.path])
    guard let row else { throw ArchiveError(.software, "the piece index vanished") }
    try takeMembers(of: index, row)
    try database.execute(sql: "DELETE FROM described WHERE piece_index = ?", arguments: [row])
    for described in index.described {
      try database.execute(
        sql: "INSERT INTO described (piece_index, path, sha256, size) VALUES (?, ?, ?, ?)",
        arguments: [
          row, described.path, Data(described.content.sha256.bytes),
          Int64(described.content.size.rawValue),
        ])
    }
    try database.execute(sql: "DELETE FROM told WHERE piece_index = ?", arguments: [row])
    for (torrent, told) in index.told {
      guard let torrent = torrents[torrent] else { continue }
      for content in told {
        try database.cachedStatement(
          sql: "INSERT OR IGNORE INTO told (piece_index, torrent, content) VALUES (?, ?, ?)"
        ).execute(arguments: [row, torrent, contents[content]])
      }
    }
  }

  /// The file has to begin with the members that are here.
  private mutating func takeMembers(of index: PublishedSuite.Index, _ row: RowID) throws {
    let known =
      try Int.fetchOne(
        database, sql: "SELECT count(*) FROM member WHERE piece_index = ?", arguments: [row]) ?? 0
    var sequence = 0
    var digest = try StreamDigest(.sha256)
    var size: UInt64 = 0
    var added = 0
    let rewritten = contradiction(
      "\(index.path).gz does not begin with what was published of it before; a piece index only "
        + "grows")
    try index.members { bytes in
      bytes.withUnsafeBytes { digest.update($0) }
      size += UInt64(bytes.count)
      if sequence < known {
        let old = try Row.fetchOne(
          database.cachedStatement(
            sql: "SELECT bytes FROM member WHERE piece_index = ? AND sequence = ?"),
          arguments: [row, sequence])
        guard old?.bytes(0) == bytes else { throw rewritten }
      } else {
        try database.execute(
          sql: "INSERT INTO member (piece_index, sequence, bytes) VALUES (?, ?, ?)",
          arguments: [row, sequence, Data(bytes)])
        added += 1
      }
      sequence += 1
    }
    guard sequence >= known else { throw rewritten }
    guard ContentID(sha256: digest.finishSHA256(), size: ByteCount(size)) == index.file else {
      throw ArchiveError(
        .temporary, "\(index.path).gz changed while it was read", advice: "run again")
    }
    taken.members += added
  }
}

extension SHA256Digest {
  /// The digest in the first column of the first row.
  fileprivate static func fetch(
    _ statement: Statement, _ arguments: StatementArguments
  ) throws -> SHA256Digest? {
    try Row.fetchOne(statement, arguments: arguments)?.digest(0)
  }
}
