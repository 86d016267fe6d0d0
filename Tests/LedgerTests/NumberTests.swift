// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import Testing

@Suite("The numbers of a ledger")
struct NumberTests {
  private let scratch: ScratchDirectory
  private let ledger: Ledger
  private let archive: RowID
  private let suite: SuiteRecord
  private let torrent: TorrentRecord
  private let date = ArchiveDate(seconds: 2000)

  init() throws {
    scratch = try ScratchDirectory()
    ledger = try Ledger(scratch)
    archive = try ledger.archive(path: "/srv/debian")
    suite = try ledger.suite(origin: "Test", name: "tester")
    torrent = try ledger.beginGeneration(header(ledger), suite: suite)
  }

  private func given(
    _ name: String, _ range: PieceNumberRange
  ) throws -> NumberChanges.Given {
    NumberChanges.Given(
      content: try ledger.row(of: name, archive: archive), torrent: torrent.row, numbers: range)
  }

  private func give(_ given: [NumberChanges.Given], _ numbering: Numbering) throws(ArchiveError) {
    var changes = NumberChanges(releaseDate: date)
    changes.given = given
    changes.torrents = [(torrent.row, numbering)]
    try ledger.commit(changes, suite: suite)
  }

  private func seen(_ ledger: Ledger) throws -> [String] {
    try ledger.numbered(torrent).map { "\($0.numbers)\($0.isRetired ? " retired" : "")" }
  }

  private func numbering(_ ledger: Ledger) throws -> Numbering? {
    try ledger.torrents(of: suite).first { $0.row == torrent.row }?.numbering
  }

  @Test("are there when the ledger is opened again")
  func durable() throws {
    let numbering = Numbering(next: PieceNumber(4), live: 4)
    try give([try given("a", numbers(0, 3)), try given("b", numbers(3))], numbering)
    let again = try Ledger(scratch)
    #expect(try seen(again) == ["0-2", "3"])
    #expect(try self.numbering(again) == numbering)
    #expect(try again.numbers(of: content("a"), in: torrent) == numbers(0, 3))
    #expect(try again.suite(origin: "Test", name: "tester").releaseDate == date)
  }

  @Test("come with content, root and row, in number order")
  func contents() throws {
    let (b, a) = (try given("b", numbers(0)), try given("a", numbers(1, 2)))
    try give([b, a], Numbering(next: PieceNumber(3), live: 3))
    let all = try ledger.numbered(torrent)
    #expect(all.map(\.row) == [b.content, a.content])
    #expect(try all.map(\.content) == [content("b"), content("a")])
    #expect(try all.map(\.root) == [digests(1).root, digests(1).root])
  }

  @Test("that are taken make the whole commit fail, and nothing of it stays")
  func taken() throws {
    let first = Numbering(next: PieceNumber(1), live: 1)
    try give([try given("a", numbers(0))], first)
    let more = [
      try given("b", numbers(1)), try given("c", numbers(0)), try given("d", numbers(2)),
    ]
    let error = failure { () throws(ArchiveError) in
      var changes = NumberChanges(releaseDate: ArchiveDate(seconds: 9999))
      changes.given = more
      changes.torrents = [(torrent.row, Numbering(next: PieceNumber(3), live: 3))]
      try ledger.commit(changes, suite: suite)
    }
    #expect(error?.code == .software)
    #expect(try seen(ledger) == ["0"])
    #expect(try numbering(ledger) == first)
    #expect(try ledger.findSuite(origin: "Test", name: "tester")?.releaseDate == date)
  }

  @Test("inside a range that is taken make the commit fail as well")
  func takenInside() throws {
    try give([try given("a", numbers(0, 10))], Numbering(next: PieceNumber(10), live: 10))
    let inside = try given("b", numbers(5))
    let error = failure { () throws(ArchiveError) in
      try give([inside], Numbering(next: PieceNumber(10), live: 11))
    }
    #expect(error?.code == .software)
    #expect(try seen(ledger) == ["0-9"])
  }

  @Test("of one commit overlap none of its own")
  func overlapping() throws {
    let both = [try given("a", numbers(0, 10)), try given("b", numbers(9, 2))]
    let error = failure { () throws(ArchiveError) in
      try give(both, Numbering(next: PieceNumber(11), live: 11))
    }
    #expect(error?.code == .software)
    #expect(try seen(ledger) == [])
  }

  @Test("stay taken when their content is retired")
  func retiredStayTaken() throws {
    let a = try given("a", numbers(0))
    try give([a], Numbering(next: PieceNumber(1), live: 1))
    var changes = NumberChanges(releaseDate: date)
    changes.retired = [a]
    try ledger.commit(changes, suite: suite)
    let b = try given("b", numbers(0))
    let error = failure { () throws(ArchiveError) in
      try give([b], Numbering(next: PieceNumber(1), live: 1))
    }
    #expect(error?.code == .software)
  }

  @Test("retire and are revived")
  func retireAndRevive() throws {
    let (a, b) = (try given("a", numbers(0)), try given("b", numbers(1)))
    try give([a, b], Numbering(next: PieceNumber(2), live: 2))
    var changes = NumberChanges(releaseDate: date)
    changes.retired = [b]
    try ledger.commit(changes, suite: suite)
    #expect(try seen(ledger) == ["0", "1 retired"])
    #expect(try ledger.numbers(of: content("b"), in: torrent) == nil)
    changes.retired = []
    changes.revived = [b]
    try ledger.commit(changes, suite: suite)
    #expect(try seen(ledger) == ["0", "1"])
    #expect(try ledger.numbers(of: content("b"), in: torrent) == numbers(1))
  }

  @Test("of a content may be several, of which one lives")
  func renumbered() throws {
    let old = try given("a", numbers(0))
    try give([old], Numbering(next: PieceNumber(1), live: 1))
    var changes = NumberChanges(releaseDate: date)
    changes.retired = [old]
    changes.given = [.init(content: old.content, torrent: torrent.row, numbers: try numbers(1))]
    try ledger.commit(changes, suite: suite)
    #expect(try seen(ledger) == ["0 retired", "1"])
    #expect(try ledger.numbers(of: content("a"), in: torrent) == numbers(1))
  }

  @Test("are never given again: floor and next only rise")
  func monotone() throws {
    let high = Numbering(floor: PieceNumber(5), next: PieceNumber(9), live: 2)
    try give([], high)
    try give([], Numbering(floor: PieceNumber(1), next: PieceNumber(2), live: 1))
    #expect(try numbering(ledger) == Numbering(floor: high.floor, next: high.next, live: 1))
  }

  @Test("of another torrent are its own")
  func otherTorrent() throws {
    let all = try ledger.beginGeneration(header(ledger, "all"), suite: suite)
    let row = try ledger.row(of: "a", archive: archive)
    var changes = NumberChanges(releaseDate: date)
    changes.given = [
      .init(content: row, torrent: torrent.row, numbers: try numbers(0)),
      .init(content: row, torrent: all.row, numbers: try numbers(0, 2)),
    ]
    try ledger.commit(changes, suite: suite)
    #expect(try ledger.numbers(of: content("a"), in: torrent) == numbers(0))
    #expect(try ledger.numbers(of: content("a"), in: all) == numbers(0, 2))
  }
}
