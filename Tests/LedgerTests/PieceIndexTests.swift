// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import Testing

@Suite("A piece index in the ledger")
struct PieceIndexTests {
  private typealias Told = PieceIndexRecord.Told

  private let ledger: Ledger
  private let suite: SuiteRecord
  private let torrent: TorrentRecord
  private let rows: [RowID]
  private let path = "main/binary-amd64/Packages-pieces"

  init() throws {
    ledger = try Ledger(seed: 1)
    suite = try ledger.suite(origin: "Test", name: "tester")
    torrent = try ledger.beginGeneration(header(ledger), suite: suite)
    rows = try ledger.remember(
      [verified("a"), verified("b"), verified("c")],
      archive: ledger.archive(path: "/srv/debian"))
  }

  private func record() throws -> PieceIndexRecord {
    try #require(try ledger.pieceIndices(of: suite)[path])
  }

  private func told(_ positions: Int...) -> [Told] {
    positions.map { Told(torrent: torrent.row, content: rows[$0]) }
  }

  private func addition(
    _ record: PieceIndexRecord, _ member: [UInt8], described: [DescribedIndex] = [],
    told: [Told] = [], retired: [Told] = []
  ) -> PieceIndexAddition {
    PieceIndexAddition(
      record: record, member: member, described: described, told: told, retired: retired)
  }

  private func members() throws -> [[UInt8]] {
    var members: [[UInt8]] = []
    let record = try record()
    try ledger.forEachMember(of: record) { members.append(Array($0)) }
    return members
  }

  @Test("begins with nothing")
  func begins() throws {
    #expect(try ledger.pieceIndices(of: suite) == [:])
    let made = try ledger.makePieceIndex(path, suite: suite)
    #expect(made.members == 0)
    #expect(made.told == [])
    #expect(made.described == [])
    #expect(try ledger.pieceIndices(of: suite) == [path: made])
  }

  @Test("is made once a suite")
  func once() throws {
    let other = try ledger.suite(origin: "Test", name: "other")
    let made = try ledger.makePieceIndex(path, suite: suite)
    #expect(try ledger.makePieceIndex(path, suite: other).row != made.row)
    let error = failure { () throws(ArchiveError) in
      _ = try ledger.makePieceIndex(path, suite: suite)
    }
    #expect(error?.code == .software)
  }

  @Test("keeps its members in the order in which they were added")
  func order() throws {
    _ = try ledger.makePieceIndex(path, suite: suite)
    for byte in UInt8(0)..<12 { try ledger.append([addition(record(), [byte, 255 - byte])]) }
    #expect(try members() == (0..<12).map { [$0, 255 - $0] })
    #expect(try record().members == 12)
  }

  @Test("takes no member from someone who does not know its last one")
  func stale() throws {
    let stale = try ledger.makePieceIndex(path, suite: suite)
    let other = try ledger.makePieceIndex("main/binary-all/Packages-pieces", suite: suite)
    try ledger.append([addition(stale, [1], told: told(0))])
    let error = failure { () throws(ArchiveError) in
      try ledger.append([
        addition(other, [9]), addition(stale, [2], told: told(1), retired: told(0)),
      ])
    }
    #expect(error?.code == .software)
    #expect(try members() == [[1]])
    #expect(try record().told == Set(told(0)))
    #expect(try ledger.pieceIndices(of: suite)[other.path]?.members == 0)
  }

  @Test("remembers what it told of, and forgets what it retired")
  func toldAndRetired() throws {
    _ = try ledger.makePieceIndex(path, suite: suite)
    try ledger.append([addition(record(), [1], told: told(0, 1))])
    #expect(try record().told == Set(told(0, 1)))
    try ledger.append([addition(record(), [2], told: told(1, 2), retired: told(0))])
    #expect(try record().told == Set(told(1, 2)))
  }

  @Test("tells again what it retires and tells of at once")
  func retiredAndTold() throws {
    _ = try ledger.makePieceIndex(path, suite: suite)
    try ledger.append([addition(record(), [1], told: told(0))])
    try ledger.append([addition(record(), [2], told: told(0), retired: told(0))])
    #expect(try record().told == Set(told(0)))
  }

  @Test("has told of nothing in a generation that begins")
  func generations() throws {
    _ = try ledger.makePieceIndex(path, suite: suite)
    try ledger.append([addition(record(), [1], told: told(0))])
    let next = try ledger.beginGeneration(header(ledger, generation: 2), suite: suite)
    #expect(try record().told == [])
    let again = Told(torrent: next.row, content: rows[0])
    try ledger.append([addition(record(), [2], told: [again])])
    #expect(try record().told == [again])
    #expect(try record().members == 2)
  }

  @Test("describes the indices of its last member, by path")
  func described() throws {
    _ = try ledger.makePieceIndex(path, suite: suite)
    let (a, b) = try (
      DescribedIndex(path: "main/binary-all/Packages", content: content("x", size: 7)),
      DescribedIndex(path: "main/binary-amd64/Packages", content: content("y", size: 8))
    )
    try ledger.append([addition(record(), [1], described: [b, a])])
    #expect(try record().described == [a, b])
    let changed = try DescribedIndex(path: b.path, content: content("z", size: 9))
    try ledger.append([addition(record(), [2], described: [changed])])
    #expect(try record().described == [changed])
  }

  @Test("ends with the error of whoever reads its members")
  func readerFails() throws {
    let record = try ledger.makePieceIndex(path, suite: suite)
    try ledger.append([addition(record, [1])])
    let expected = ArchiveError(.io, "disk full")
    let error = failure { () throws(ArchiveError) in
      try ledger.forEachMember(of: record) { _ in throw expected }
    }
    #expect(error == expected)
  }
}
