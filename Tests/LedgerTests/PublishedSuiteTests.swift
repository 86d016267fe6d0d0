// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Ledger
import Testing

/// A suite as its files tell of it: a content that lives, one that retired.
private struct Sample {
  var floor: UInt32 = 0
  var next: UInt32 = 3
  var live: UInt64 = 1
  var members: [[UInt8]] = [[1, 2, 3], [4, 5]]
  /// By name: the first of its numbers, how many they are, whether they are told of.
  var contents: [(name: String, first: UInt32, count: UInt32, isTold: Bool)] = [
    ("a", 0, 1, true), ("b", 1, 2, false),
  ]
  let publisher: PublisherID

  init() throws { publisher = try #require(PublisherID(hex: String(repeating: "7", count: 32))) }

  func suite() throws -> PublishedSuite {
    let header = TorrentHeader(
      publisher: publisher, origin: "Test", label: nil, suite: nil, codename: "tester",
      architecture: "amd64", generation: 1, created: ArchiveDate(seconds: 1000), pieceSize: .leaf)
    let id = try TorrentHeader.torrentID(of: header.stanza)
    var published = PublishedSuite(
      origin: "Test", name: "tester", date: ArchiveDate(seconds: 5000))
    published.torrents = [
      PublishedSuite.Torrent(
        id: id, header: header.stanza, architecture: "amd64", generation: 1, base: .leaf,
        created: header.created,
        numbering: Numbering(floor: PieceNumber(floor), next: PieceNumber(next), live: live),
        superseded: nil, isListed: true)
    ]
    for (position, sample) in contents.enumerated() {
      let digests = try digests(9, pieces: Int(sample.count))
      published.contents.append(
        PublishedSuite.Content(
          id: try content(sample.name, size: UInt64(sample.count) * 16384), root: digests.root,
          firstRelease: ArchiveDate(seconds: 2000)))
      published.pieces.append(
        PublishedSuite.Pieces(
          content: position, size: .leaf, sha256: digests.sha256Pieces,
          date: ArchiveDate(seconds: 2000)))
      published.given.append(
        PublishedSuite.Given(
          torrent: id, numbers: try numbers(sample.first, sample.count), content: position))
    }
    let all = members
    published.indices = [
      PublishedSuite.Index(
        path: "main/binary-amd64/Packages-pieces",
        file: ContentID(
          sha256: try .hashing(all.flatMap { $0 }),
          size: ByteCount(UInt64(all.reduce(0) { $0 + $1.count }))),
        described: [], told: [id: contents.indices.filter { contents[$0].isTold }],
        members: { body in for member in all { try body(member) } })
    ]
    return published
  }
}

@Suite("Published files that come into a ledger")
struct PublishedSuiteTests {
  private let ledger: Ledger
  private var sample: Sample

  init() throws {
    ledger = try Ledger(seed: 1)
    sample = try Sample()
  }

  private func record() throws -> SuiteRecord {
    try #require(try ledger.findSuite(origin: "Test", name: "tester"))
  }

  private func living() throws -> [UInt32] {
    let torrent = try #require(try ledger.torrents(of: record()).last)
    return try ledger.numbered(torrent).filter { !$0.isRetired }.map(\.numbers.first.rawValue)
  }

  @Test("leave retired numbers given, and take next and floor from Release")
  func own() throws {
    let taken = try ledger.take(try sample.suite(), as: .own)
    #expect(taken.members == 2 && taken.refuted == [])
    let torrent = try #require(try ledger.torrents(of: record()).first)
    #expect(torrent.numbering == Numbering(next: PieceNumber(3), live: 1))
    #expect(try ledger.numbered(torrent).map(\.isRetired) == [false, true])
    #expect(try record().releaseDate == ArchiveDate(seconds: 5000))
  }

  @Test("change nothing when they come again")
  func again() throws {
    _ = try ledger.take(try sample.suite(), as: .own)
    let dump = try ledger.dump()
    #expect(try ledger.take(try sample.suite(), as: .own).members == 0)
    #expect(try ledger.dump() == dump)
  }

  @Test("cannot have more living pieces than Release says, nor any below the floor")
  func contradictions() throws {
    var more = sample
    more.contents[1].isTold = true
    #expect(failure { () throws(ArchiveError) in try take(more, .own) }?.code == .data)
    var low = sample
    low.floor = 1
    #expect(failure { () throws(ArchiveError) in try take(low, .own) }?.code == .data)
    #expect(try ledger.torrents(of: record()).isEmpty)
  }

  private func take(_ sample: Sample, _ role: Ledger.Role) throws(ArchiveError) {
    do {
      _ = try ledger.take(try sample.suite(), as: role)
    } catch let error as ArchiveError {
      throw error
    } catch {
      throw ArchiveError(.software, "\(error)")
    }
  }

  // MARK: Following

  @Test("of a publisher upstream may grow at the end")
  func grows() throws {
    try take(sample, .follower(sample.publisher))
    var grown = sample
    (grown.members, grown.next) = (sample.members + [[6]], 4)
    grown.contents = [("a", 0, 1, false), ("b", 1, 2, true), ("c", 3, 1, true)]
    let taken = try ledger.take(try grown.suite(), as: .follower(sample.publisher))
    #expect(taken.members == 1)
    #expect(try living() == [1, 3])
    #expect(try record().follows == sample.publisher)
    #expect(try record().followedDate == ArchiveDate(seconds: 5000))
  }

  @Test("of a publisher upstream that were rewritten change nothing", arguments: 0..<4)
  func rewritten(way: Int) throws {
    try take(sample, .follower(sample.publisher))
    let dump = try ledger.dump()
    var other = sample
    switch way {
    case 0: other.members = [[1, 2, 4], [4, 5], [6]]
    case 1: other.members = [[1, 2, 3]]
    case 2: other.next = 2
    default: other.contents[0].name = "other"
    }
    #expect(
      failure { () throws(ArchiveError) in try take(other, .follower(sample.publisher)) }?.code
        == .data)
    #expect(try ledger.dump() == dump)
  }

  @Test("are not repeated where a file was read otherwise, before or after")
  func refuted() throws {
    let archive = try ledger.archive(path: "/srv/debian")
    let read = try verified("a", size: 16384, digests: digests(8))
    _ = try ledger.remember([read], archive: archive)
    let taken = try ledger.take(try sample.suite(), as: .follower(sample.publisher))
    #expect(taken.refuted == [read.content])
    #expect(try ledger.refuted(in: record()).count == 1)
    #expect(try living() == [])

    let other = try Ledger(seed: 2)
    _ = try other.take(try sample.suite(), as: .follower(sample.publisher))
    let rows = try other.remember([read], archive: try other.archive(path: "/srv/debian"))
    let suite = try #require(try other.findSuite(origin: "Test", name: "tester"))
    #expect(try other.refuted(in: suite) == Set(rows))
    let known = try other.digests(of: read.content, pieceSize: .leaf)
    #expect(known?.digests == read.digests, "what was read counts")
  }

  @Test("end to be another's when the suite is promoted")
  func promoted() throws {
    try take(sample, .follower(sample.publisher))
    var generator = SeededGenerator(seed: 9)
    let id = try ledger.promote(try record(), using: &generator)
    #expect(id != sample.publisher && id != ledger.publisher)
    #expect(try record().follows == nil)
    let torrents = try ledger.torrents(of: record())
    #expect(torrents.map(\.superseded) == [ArchiveDate(seconds: 5000)])
    let record = try record()
    let again = failure { () throws(ArchiveError) in
      var generator = SeededGenerator(seed: 9)
      _ = try ledger.promote(record, using: &generator)
    }
    #expect(again?.code == .configuration)
  }
}

@Suite("A ledger that takes another's place")
struct ReplacingTests {
  private let scratch: ScratchDirectory
  private let other: ScratchDirectory

  init() throws { (scratch, other) = (try ScratchDirectory(), try ScratchDirectory()) }

  @Test("leaves the old one under another name")
  func kept() throws {
    let old = try Ledger(scratch, seed: 1)
    try old.close()
    let new = try Ledger(other, seed: 2)
    try new.close()
    let kept = try Ledger.install(from: other.path, in: scratch.path, mark: "old")
    #expect(kept == "\(scratch.path)/ledger.sqlite.old")
    #expect(try Ledger(scratch).publisher == new.publisher)
    #expect(scratch.bytes("ledger.sqlite.old") != nil)
  }

  @Test("keeps everybody out until it is there")
  func interrupted() throws {
    try Ledger(scratch).close()
    try scratch.write([1], to: "ledger.sqlite.rebuilt")
    let error = failure { () throws(ArchiveError) in _ = try Ledger(scratch) }
    #expect(error?.code == .configuration)
  }
}
