// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Foundation
internal import GRDB

/// One suite's files on their way into the ledger, within a transaction.
struct PublishedTaking {
  let published: PublishedSuite
  let suite: RowID
  let role: Ledger.Role
  let database: Database
  var taken = Ledger.Taken()
  var torrents: [TorrentID: RowID] = [:]
  var contents: [RowID] = []
  var refuted: Set<Int> = []

  init(_ published: PublishedSuite, suite: RowID, role: Ledger.Role, in database: Database) {
    self.published = published
    self.suite = suite
    self.role = role
    self.database = database
  }

  mutating func run() throws {
    for torrent in published.torrents { torrents[torrent.id] = try take(torrent) }
    contents = try published.contents.map { try take($0) }
    for pieces in published.pieces.indices.sorted(by: { a, b in
      // The oldest row is what objects are made of.
      (published.pieces[a].date, a) < (published.pieces[b].date, b)
    }) {
      try take(published.pieces[pieces])
    }
    try settleRefuted()
    for given in published.given where !refuted.contains(given.content) { try take(given) }
    for index in published.indices { try take(index) }
    for torrent in published.torrents { try settle(torrent) }
    try noteRole()
  }

  func contradiction(_ reason: String) -> ArchiveError {
    ArchiveError(
      .data, "\(published.name): \(reason)",
      advice: "one of the two is not what was published: nothing was changed")
  }

  private func noteRole() throws {
    switch role {
    case .own:
      try database.execute(
        sql: "UPDATE suite SET release_date = ? WHERE id = ?",
        arguments: [published.date.seconds, suite])
    case .follower(let publisher):
      try database.execute(
        sql: "UPDATE suite SET follows = ?, followed_date = ? WHERE id = ?",
        arguments: [publisher.description, published.date.seconds, suite])
    }
  }
}

extension PublishedTaking {
  private func take(_ torrent: PublishedSuite.Torrent) throws -> RowID {
    let found = try Row.fetchOne(
      database, sql: "SELECT id, suite, header, floor, next FROM torrent WHERE torrent_id = ?",
      arguments: [Data(torrent.id.bytes)])
    guard let found else { return try insert(torrent) }
    guard found[1] == suite, found.bytes(2) == torrent.header else {
      throw contradiction("torrent \(torrent.id) belongs to another suite here")
    }
    guard PieceNumber(try found.pieceNumber(3)) <= torrent.numbering.floor,
      PieceNumber(try found.pieceNumber(4)) <= torrent.numbering.next
    else {
      throw contradiction(
        "torrent \(torrent.id) goes back: next piece \(torrent.numbering.next), was \(found[4] as Int64)"
      )
    }
    try database.execute(
      sql: "UPDATE torrent SET floor = ?, next = ?, live = ?, superseded = ? WHERE id = ?",
      arguments: [
        torrent.numbering.floor.rawValue, torrent.numbering.next.rawValue,
        Int64(torrent.numbering.live), torrent.superseded?.seconds, found[0] as RowID,
      ])
    return found[0]
  }

  private func insert(_ torrent: PublishedSuite.Torrent) throws -> RowID {
    let taken = try String.fetchOne(
      database,
      sql: """
        SELECT hex(torrent_id) FROM torrent WHERE suite = ? AND architecture = ? AND generation = ?
        """, arguments: [suite, torrent.architecture, torrent.generation])
    if let taken {
      throw contradiction(
        "generation \(torrent.generation) of \(torrent.architecture) is \(torrent.id) there, "
          + "\(taken.lowercased()) here")
    }
    try database.execute(
      sql: """
        INSERT INTO torrent (suite, architecture, generation, torrent_id, header, base, created,
          floor, next, live, superseded) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """,
      arguments: [
        suite, torrent.architecture, torrent.generation, Data(torrent.id.bytes),
        Data(torrent.header), Int64(torrent.base.rawValue), torrent.created.seconds,
        torrent.numbering.floor.rawValue, torrent.numbering.next.rawValue,
        Int64(torrent.numbering.live), torrent.superseded?.seconds,
      ])
    return database.lastInsertedRowID
  }

  private func take(_ given: PublishedSuite.Given) throws {
    guard let torrent = torrents[given.torrent] else { return }
    let content = contents[given.content]
    let found = try Row.fetchOne(
      database.cachedStatement(
        sql: "SELECT count, content FROM number WHERE torrent = ? AND first = ?"),
      arguments: [torrent, given.numbers.first.rawValue])
    if let found {
      guard found[0] == given.numbers.count, found[1] == content else {
        throw contradiction("torrent \(given.torrent): \(given.numbers) are another content's here")
      }
      return
    }
    try database.cachedStatement(
      sql: "INSERT INTO number (torrent, first, count, content) VALUES (?, ?, ?, ?)"
    ).execute(arguments: [torrent, given.numbers.first.rawValue, given.numbers.count, content])
  }

  /// Numbers live whose content some index has told of and not retired; of several numberings of a
  /// content the newest.
  private func settle(_ torrent: PublishedSuite.Torrent) throws {
    guard let row = torrents[torrent.id] else { return }
    let told = try Set(
      Int64.fetchAll(
        database, sql: "SELECT DISTINCT content FROM told WHERE torrent = ?", arguments: [row]))
    var living: [Int64: (first: Int64, count: Int64)] = [:]
    var retired: [Int64: Bool] = [:]
    let rows = try Row.fetchCursor(
      database,
      sql: "SELECT first, count, content, retired FROM number WHERE torrent = ? ORDER BY first",
      arguments: [row])
    while let row = try rows.next() {
      retired[row[0]] = (row[3] as Int64) != 0
      if told.contains(row[2]) { living[row[2]] = (row[0], row[1]) }
    }
    let firsts = Set(living.values.map(\.first))
    for (first, wasRetired) in retired where wasRetired == firsts.contains(first) {
      try database.cachedStatement(
        sql: "UPDATE number SET retired = ? WHERE torrent = ? AND first = ?"
      ).execute(arguments: [wasRetired ? 0 : 1, row, first])
    }
    if role == .own { try settleLive(torrent, row, living.values.map { $0 }) }
  }

  /// What lives by the piece indices may be less than by Release, where a run died between giving
  /// numbers and telling of them; it cannot be more.
  private func settleLive(
    _ torrent: PublishedSuite.Torrent, _ row: RowID, _ living: [(first: Int64, count: Int64)]
  ) throws {
    let live = living.reduce(0) { $0 + $1.count }
    if torrent.isListed, live > Int64(torrent.numbering.live) {
      throw contradiction(
        "Release says that \(torrent.numbering.live) pieces of \(torrent.id) live, "
          + "the piece indices tell of \(live)")
    }
    if let lowest = living.map(\.first).min(), lowest < Int64(torrent.numbering.floor.rawValue) {
      throw contradiction(
        "number \(lowest) of \(torrent.id) lives, below the floor \(torrent.numbering.floor)")
    }
    try database.execute(
      sql: "UPDATE torrent SET live = ? WHERE id = ?", arguments: [live, row])
  }
}
