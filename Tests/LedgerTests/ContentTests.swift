// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Ledger
import Testing

@Suite("The contents of a ledger")
struct ContentTests {
  private let ledger: Ledger
  private let archive: RowID

  init() throws {
    ledger = try Ledger(seed: 1)
    archive = try ledger.archive(path: "/srv/debian")
  }

  @Test("are known by hash, size and piece size")
  func known() throws {
    let stored = try digests(7, pieces: 3)
    let row = try ledger.remember([verified("a", digests: stored)], archive: archive)
    let found = try #require(try ledger.digests(of: content("a"), pieceSize: .leaf))
    #expect([found.row] == row)
    #expect(found.digests == stored)
    #expect(try ledger.digests(of: content("a"), pieceSize: .defaultBase) == nil)
    #expect(try ledger.digests(of: content("b"), pieceSize: .leaf) == nil)
    #expect(try ledger.digests(of: content("a", size: 99), pieceSize: .leaf) == nil)
  }

  @Test("are the same rows however often they are remembered")
  func idempotent() throws {
    let batch = try [verified("a"), verified("b")]
    let rows = try ledger.remember(batch, archive: archive)
    #expect(Set(rows).count == 2)
    #expect(try ledger.remember(batch, archive: archive) == rows)
    #expect(try ledger.remember(batch.reversed(), archive: archive) == rows.reversed())
    #expect(try ledger.digests(of: content("a"), pieceSize: .leaf)?.digests == digests(1))
  }

  @Test("are one row under several names and in several archives")
  func names() throws {
    let other = try ledger.archive(path: "/srv/security")
    let here = try ledger.remember(
      [verified("a"), verified("a", at: "pool/other", inode: 9)], archive: archive)
    let there = try ledger.remember([verified("a", inode: 5)], archive: other)
    #expect(Set(here + there).count == 1)
    #expect(try ledger.file("pool/a", archive: archive)?.staleness.inode == 1)
    #expect(try ledger.file("pool/other", archive: archive)?.staleness.inode == 9)
    #expect(try ledger.file("pool/a", archive: other)?.staleness.inode == 5)
    #expect(try ledger.file("pool/other", archive: other) == nil)
  }

  @Test("keep the piece hashes of every piece size")
  func pieceSizes() throws {
    let small = try digests(1, pieces: 4)
    let large = try digests(1, pieces: 2, pieceSize: .defaultBase)
    _ = try ledger.remember(
      [verified("a", digests: small), verified("a", digests: large)], archive: archive)
    #expect(try ledger.digests(of: content("a"), pieceSize: .leaf)?.digests == small)
    #expect(try ledger.digests(of: content("a"), pieceSize: .defaultBase)?.digests == large)
  }

  @Test("with the same hash and another size are refused, and the batch with them")
  func otherSize() throws {
    _ = try ledger.remember([verified("a")], archive: archive)
    let batch = try [verified("b"), verified("a", size: 101)]
    let error = failure { () throws(ArchiveError) in
      _ = try ledger.remember(batch, archive: archive)
    }
    let hash = try content("a").sha256
    #expect(
      error
        == ArchiveError(
          .data, "the ledger knows SHA-256 \(hash) with another size than 101"))
    #expect(try ledger.digests(of: content("b"), pieceSize: .leaf) == nil)
    #expect(try ledger.file("pool/b", archive: archive) == nil)
  }

  @Test("give their pieces in one snapshot")
  func pieces() throws {
    let stored = try digests(7, pieces: 3)
    let row = try #require(
      try ledger.remember([verified("a", digests: stored)], archive: archive).first)
    let list = try ledger.withPieces { try $0.pieces(of: row, pieceSize: .leaf) }
    #expect(
      list
        == PieceList(
          pieceSize: .leaf, sha256: stored.sha256Pieces, sha1: stored.sha1Pieces))
  }

  @Test("whose pieces the ledger lacks are refused as damage")
  func lostPieces() throws {
    let row = try ledger.row(of: "a", archive: archive)
    let error = failure { () throws(ArchiveError) in
      _ = try ledger.withPieces { try $0.pieces(of: row, pieceSize: .defaultBase) }
    }
    #expect(error?.code == .data)
  }
}

@Suite("The files of a ledger")
struct FileTests {
  private let ledger: Ledger
  private let archive: RowID

  init() throws {
    ledger = try Ledger(seed: 1)
    archive = try ledger.archive(path: "/srv/debian")
  }

  @Test("are unknown until they are remembered")
  func unknown() throws {
    #expect(try ledger.file("pool/a", archive: archive) == nil)
  }

  @Test("hold what they were last seen to hold")
  func replaced() throws {
    let old = try ledger.row(of: "a", archive: archive)
    let rows = try ledger.remember([verified("b", at: "pool/a", inode: 2)], archive: archive)
    let file = try #require(try ledger.file("pool/a", archive: archive))
    #expect([file.content] == rows)
    #expect(file.content != old)
    #expect(
      file.staleness == StalenessKey(inode: 2, size: ByteCount(100), modified: 2, changed: 3))
  }

  @Test("keep inode numbers and times of all 64 bits")
  func extremes() throws {
    let key = StalenessKey(inode: .max, size: ByteCount(100), modified: .min, changed: .max)
    let file = VerifiedContent(
      path: try ArchivePath("pool/a"), content: try content("a"), digests: try digests(1),
      staleness: key)
    _ = try ledger.remember([file], archive: archive)
    #expect(try ledger.file("pool/a", archive: archive)?.staleness == key)
  }

  @Test("of a suite are those of its current numbers, in one archive")
  func ofSuite() throws {
    let suite = try ledger.suite(origin: "Test", name: "tester")
    let other = try ledger.archive(path: "/srv/other")
    let numbered = try ledger.row(of: "a", archive: archive)
    _ = try ledger.remember([verified("a", at: "pool/ä")], archive: archive)
    _ = try ledger.remember([verified("a", at: "pool/elsewhere")], archive: other)
    _ = try ledger.row(of: "without-numbers", archive: archive)
    let torrent = try ledger.beginGeneration(header(ledger), suite: suite)
    var changes = NumberChanges(releaseDate: ArchiveDate(seconds: 1))
    changes.given = [.init(content: numbered, torrent: torrent.row, numbers: try numbers(0))]
    try ledger.commit(changes, suite: suite)
    #expect(try paths(of: suite) == ["pool/a", "pool/ä"])
    _ = try ledger.beginGeneration(header(ledger, generation: 2), suite: suite)
    #expect(try paths(of: suite) == [])
  }

  private func paths(of suite: SuiteRecord) throws -> [String] {
    var paths: [String] = []
    try ledger.forEachFile(of: suite, archive: archive) { path, _ in
      paths.append(String(decoding: path, as: UTF8.self))
    }
    return paths.sorted()
  }
}
