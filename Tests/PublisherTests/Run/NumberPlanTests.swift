// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Ledger
import Testing

@testable import Publisher

@Suite("The plan of a run's numbers")
struct NumberPlanTests {
  private func given(_ plan: NumberPlan) -> [Int32: PieceNumberRange] {
    Dictionary(uniqueKeysWithValues: plan.given.map { ($0.content, $0.numbers) })
  }

  @Test("numbers new contents bytewise by file name")
  func order() throws {
    var table = try RunTable()
    // Bytewise: upper case before lower, ASCII before the rest, the shorter name first.
    let names = ["pool/ä", "pool/b", "pool/a/b", "pool/a-b", "pool/B", "pool/a"]
    var positions: [String: Int32] = [:]
    for name in names { positions[name] = try table.new(name, at: [(name, .verified)]) }
    let plan = try table.plan()
    let expected = ["pool/B", "pool/a", "pool/a-b", "pool/a/b", "pool/b", "pool/ä"]
    #expect(plan.given.map(\.content) == expected.compactMap { positions[$0] })
    #expect(try plan.given.map(\.numbers) == (0..<6).map { try numbers($0) })
  }

  @Test("numbers contents of one name by their SHA-256")
  func orderBySHA256() throws {
    var table = try RunTable()
    let names = ["x", "y", "z"]
    let positions = try names.map { try table.new($0, at: [("pool/same", .verified)]) }
    let byHash = zip(names, positions).sorted { a, b in
      a.0.sha256 < b.0.sha256
    }
    #expect(try table.plan().given.map(\.content) == byHash.map(\.1))
  }

  @Test("takes the smallest name of a content under which it was verified")
  func smallestName() throws {
    var table = try RunTable()
    let last = try table.new("a", at: [("pool/z", .verified), ("pool/0", .missing)])
    let first = try table.new("b", at: [("pool/y", .verified), ("pool/x", .verified)])
    #expect(try table.plan().given.map(\.content) == [first, last])
  }

  @Test("gives a content as many consecutive numbers as it has pieces")
  func consecutive() throws {
    var table = try RunTable(Numbering(next: PieceNumber(40), live: 40))
    let a = try table.new("a", pieces: 3)
    let b = try table.new("b")
    let plan = try table.plan()
    #expect(given(plan) == [a: try numbers(40, 3), b: try numbers(43)])
    #expect(plan.numberings[0].next == PieceNumber(44))
    #expect(plan.numberings[0].live == 44)
  }

  @Test("gives no number to what failed", arguments: [FileVerdict.missing, .corrupt, .pending])
  func failed(verdict: FileVerdict) throws {
    var table = try RunTable()
    try table.new("a", at: [("pool/a", verdict)])
    let b = try table.new("b")
    #expect(given(try table.plan()) == [b: try numbers(0)])
  }

  @Test("gives no number to an empty file")
  func empty() throws {
    var table = try RunTable()
    try table.new("a", pieces: 0)
    #expect(try table.plan().isEmpty)
  }

  @Test("changes nothing when all is as it was")
  func unchanged() throws {
    let numbering = Numbering(next: PieceNumber(3), live: 3)
    var table = try RunTable(numbering)
    try table.old("a", numbers(0))
    try table.old("b", numbers(1, 2))
    let plan = try table.plan()
    #expect(plan.isEmpty)
    #expect(plan.numberings == [numbering])
    #expect(plan.exhausted == [])
    #expect(plan.refusals == [])
  }

  @Test("keeps the numbers of a content whose file is missing or corrupt now")
  func stillListed() throws {
    var table = try RunTable(Numbering(next: PieceNumber(2), live: 2))
    try table.old("a", numbers(0), verdict: .missing)
    try table.old("b", numbers(1), verdict: .corrupt)
    #expect(try table.plan().isEmpty)
  }

  @Test("gives a content its numbers back from the floor on")
  func revives() throws {
    var table = try RunTable(
      Numbering(floor: PieceNumber(2), next: PieceNumber(6), live: 2))
    try table.old("living", numbers(4, 2))
    let back = try table.old("back", numbers(2, 2), isRetired: true)
    let plan = try table.plan()
    #expect(plan.revived == [back])
    #expect(plan.given.isEmpty)
    #expect(
      plan.numberings == [Numbering(floor: PieceNumber(2), next: PieceNumber(6), live: 4)])
  }

  @Test("gives a content that returns below the floor new numbers")
  func belowFloor() throws {
    var table = try RunTable(
      Numbering(floor: PieceNumber(3), next: PieceNumber(6), live: 3))
    try table.old("living", numbers(3, 3))
    let back = try table.old("back", numbers(2), isRetired: true)
    let plan = try table.plan()
    #expect(plan.revived.isEmpty)
    #expect(given(plan) == [back: try numbers(6)])
  }

  @Test("revives nothing whose file was not verified")
  func revivesVerified() throws {
    var table = try RunTable(Numbering(next: PieceNumber(2), live: 1))
    try table.old("living", numbers(1))
    try table.old("back", numbers(0), isRetired: true, verdict: .missing)
    #expect(try table.plan().isEmpty)
  }

  @Test("leaves a retired content retired that no index lists")
  func staysRetired() throws {
    var table = try RunTable(Numbering(next: PieceNumber(2), live: 1))
    try table.old("living", numbers(1))
    try table.old("gone", numbers(0), isSeen: false, isRetired: true)
    let plan = try table.plan()
    #expect(plan.isEmpty)
    #expect(plan.numberings[0].floor == PieceNumber(1))
  }
}

@Suite("The retirement of numbers")
struct RetirementTests {
  /// A torrent of `count` contents of one piece, of which the first `gone` are listed no more.
  private func table(_ count: UInt32, gone: UInt32, isComplete: Bool = true) throws -> RunTable {
    var table = try RunTable(
      Numbering(next: PieceNumber(count), live: UInt64(count)), isComplete: isComplete)
    for number in 0..<count {
      try table.old("\(number)", numbers(number), isSeen: number >= gone)
    }
    return table
  }

  @Test("takes what no index lists, and raises the floor")
  func retires() throws {
    let plan = try table(10, gone: 2).plan()
    #expect(plan.retired == [0, 1])
    #expect(
      plan.numberings == [Numbering(floor: PieceNumber(2), next: PieceNumber(10), live: 8)])
    #expect(plan.refusals == [])
  }

  @Test("does not raise the floor over what lives")
  func floorStays() throws {
    var table = try RunTable(Numbering(next: PieceNumber(6), live: 6))
    for number in UInt32(0)..<6 {
      try table.old("\(number)", numbers(number), isSeen: number != 3)
    }
    let plan = try table.plan()
    #expect(plan.retired == [3])
    #expect(plan.numberings[0].floor == PieceNumber(0))
  }

  @Test("is refused over the limit, and told of")
  func limit() throws {
    let plan = try table(10, gone: 3).plan()
    #expect(plan.isEmpty)
    #expect(plan.numberings == [Numbering(next: PieceNumber(10), live: 10)])
    #expect(plan.refusals == [.init(architecture: "amd64", retiring: 3, living: 10)])
  }

  @Test("over the limit does not keep others from being numbered")
  func limitAndNew() throws {
    var table = try table(10, gone: 3)
    let new = try table.new("new")
    let plan = try table.plan()
    #expect(plan.given.map(\.content) == [new])
    #expect(plan.retired == [])
  }

  @Test("over the limit is done when it is meant")
  func massRetire() throws {
    var table = try table(10, gone: 9)
    table.settings.allowMassRetire = true
    let plan = try table.plan()
    #expect(plan.retired == Array(0..<9))
    #expect(plan.numberings[0].floor == PieceNumber(9))
    #expect(plan.refusals == [])
  }

  @Test("counts the living alone for its limit")
  func limitOfLiving() throws {
    var table = try RunTable(Numbering(next: PieceNumber(20), live: 10))
    for number in UInt32(0)..<20 {
      try table.old("\(number)", numbers(number), isSeen: number > 12, isRetired: number < 10)
    }
    #expect(try table.plan().refusals == [.init(architecture: "amd64", retiring: 3, living: 10)])
  }

  @Test("waits for a run that sees the torrent whole")
  func incomplete() throws {
    let plan = try table(10, gone: 9, isComplete: false).plan()
    #expect(plan.isEmpty)
    #expect(plan.refusals == [])
    #expect(plan.exhausted == [])
  }

  @Test("of everything leaves the floor at next")
  func everything() throws {
    var table = try table(4, gone: 4)
    table.settings.allowMassRetire = true
    let plan = try table.plan()
    #expect(
      plan.numberings == [Numbering(floor: PieceNumber(4), next: PieceNumber(4), live: 0)])
    #expect(plan.exhausted == [])
  }
}

@Suite("The end of a generation")
struct ExhaustionTests {
  /// A torrent whose first and last content lives, with `dead` numbers between them.
  private func table(dead: UInt32, isComplete: Bool = true) throws -> RunTable {
    var table = try RunTable(
      Numbering(next: PieceNumber(dead + 2), live: 2), isComplete: isComplete)
    try table.old("first", numbers(0))
    try table.old("last", numbers(dead + 1))
    return table
  }

  @Test("comes when less than a quarter of its span lives")
  func quarter() throws {
    #expect(try table(dead: 6).plan().exhausted == [])
    #expect(try table(dead: 7).plan().exhausted == [0])
  }

  @Test("comes at the share that is set")
  func share() throws {
    var table = try table(dead: 2)
    table.settings.generationLiveShare = 60
    #expect(try table.plan().exhausted == [0])
    table.settings.generationLiveShare = 50
    #expect(try table.plan().exhausted == [])
  }

  @Test("waits for a run that sees the torrent whole")
  func incomplete() throws {
    #expect(try table(dead: 100, isComplete: false).plan().exhausted == [])
  }

  @Test("does not come to a torrent that has no generation yet")
  func noGeneration() throws {
    var table = try table(dead: 100)
    table.contents.update(0) { $0.record = nil }
    #expect(try table.plan().exhausted == [])
  }

  @Test("is an error when no number is left")
  func noNumbers() throws {
    var table = try RunTable(
      Numbering(floor: PieceNumber(.max - 2), next: PieceNumber(.max - 2)))
    try table.new("a", pieces: 3)
    let expected = ArchiveError(
      .software, "the torrent of amd64 has no numbers left",
      advice: "begin a new generation by changing Piece-Size")
    #expect(try failure(of: { try table.plan() }) == expected)
  }
}

extension String {
  /// Of the content that the samples call so.
  fileprivate var sha256: SHA256Digest { (try? .hashing(Array(utf8))) ?? .zero }
}
