// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser
import Testing

@testable import Ledger
@testable import Publisher

@Suite("The writing of piece indices")
struct PieceIndexWritingTests {
  private static let path = "main/binary-amd64/Packages-pieces"
  private static let index = "main/binary-amd64/Packages"
  private let scratch: ScratchDirectory
  private let ledger: Ledger
  private let suite: SuiteRecord
  private let torrent: TorrentRecord
  private let release: ReleaseFile

  init() throws {
    scratch = try ScratchDirectory()
    var generator = SeededGenerator(seed: 1)
    ledger = try Ledger(inMemoryUsing: &generator)
    suite = try ledger.suite(origin: "Test", name: "tester")
    torrent = try ledger.beginGeneration(
      TorrentHeader(
        publisher: ledger.publisher, origin: "Test", label: nil, suite: nil, codename: "tester",
        architecture: "amd64", generation: 1, created: ArchiveDate(seconds: 0), pieceSize: .leaf),
      suite: suite)
    release = try ReleaseFile(
      Array(TestSuite.release([Self.index + ".xz": [1]]).utf8), file: "Release")
  }

  /// A run's contents: `names` numbered from 0 on, those in `retired` retired.
  private func contents(_ names: [String], retired: Set<String> = []) throws -> Contents {
    var contents = Contents()
    var run = RunTorrent(architecture: "amd64", base: .leaf)
    run.record = torrent
    contents.add(run)
    for (index, name) in names.enumerated() {
      contents.add(
        NumberedContent(
          row: RowID(index + 1), content: try content(name), root: .zero,
          numbers: try numbers(UInt32(index)), isRetired: retired.contains(name)), torrent: 0)
    }
    return contents
  }

  private func entries(
    _ contents: Contents, _ positions: [Int32]
  ) throws -> [String: [Int32: PieceIndexMember.Entry]] {
    guard !positions.isEmpty else { return [:] }
    let entries = try positions.map { position in
      let content = contents.all[Int(position)]
      let fields = FileFields(
        numbers: try #require(content.numbers), root: .zero, pieces: nil)
      return (
        position,
        PieceIndexMember.Entry(
          filename: try ArchivePath("pool/\(position)"), content: content.id, fields: fields)
      )
    }
    return [Self.path: Dictionary(uniqueKeysWithValues: entries)]
  }

  private func additions(
    _ contents: Contents, new: [Int32], described: [DescribedIndex]
  ) throws -> [PieceIndexAddition] {
    try PieceIndexWriting(contents: contents, release: release, describesExtended: false)
      .additions(
        described: [Self.path: described], records: ledger.pieceIndices(of: suite),
        entries: entries(contents, new),
        make: { try ledger.makePieceIndex($0, suite: suite) })
  }

  private func plain(_ addition: PieceIndexAddition) throws -> String {
    text(try output(of: ["gzip", "-dc"], input: addition.member))
  }

  private func remember(_ names: [String]) throws {
    _ = try ledger.remember(
      names.map { name in
        VerifiedContent(
          path: try ArchivePath("pool/\(name)"), content: try content(name),
          digests: ContentDigests(
            root: .zero, pieceSize: .leaf, sha256Pieces: [], sha1Pieces: [], layer: []),
          staleness: StalenessKey(inode: 1, size: .zero, modified: 0, changed: 0))
      }, archive: ledger.archive(path: "/a"))
  }

  private func described(_ name: String = "x") throws -> [DescribedIndex] {
    [DescribedIndex(path: Self.index, content: try content(name))]
  }

  @Test("begins a new piece index with the torrent's header")
  func first() throws {
    let contents = try contents(["a", "b"])
    let all = try additions(contents, new: [0, 1], described: described())
    let addition = try #require(all.first)
    #expect(all.count == 1)
    #expect(addition.record.path == Self.path)
    #expect(addition.told.map(\.content) == [1, 2])
    let plain = try plain(addition)
    #expect(plain.hasPrefix(text(torrent.header) + "\nRelease-Date: "))
    #expect(plain.contains("\nContents: 2\n"))
  }

  @Test("adds nothing when nothing happened")
  func nothing() throws {
    try remember(["a"])
    let contents = try contents(["a"])
    try ledger.append(additions(contents, new: [0], described: described()))
    #expect(try additions(contents, new: [], described: described()).isEmpty)
  }

  @Test("adds a run stanza alone when only the described index changed")
  func describedChanged() throws {
    try remember(["a"])
    let contents = try contents(["a"])
    try ledger.append(additions(contents, new: [0], described: described()))
    let addition = try #require(
      try additions(contents, new: [], described: described("y")).first)
    let plain = try plain(addition)
    #expect(plain.hasPrefix("Release-Date: "))
    #expect(plain.contains("\nContents: 0\n"))
    #expect(addition.told == [])
  }

  @Test("retires what it told of, once")
  func retires() throws {
    try remember(["a", "b"])
    try ledger.append(
      additions(try contents(["a", "b"]), new: [0, 1], described: described()))
    let contents = try contents(["a", "b"], retired: ["a"])
    let all = try additions(contents, new: [], described: described())
    #expect(try plain(try #require(all.first)).hasSuffix("\nRetired: 0\n\n"))
    try ledger.append(all)
    #expect(try additions(contents, new: [], described: described()).isEmpty)
  }

  @Test("keeps an index described that this run did not read and Release still lists")
  func keepsDescribed() throws {
    try remember(["a", "b"])
    try ledger.append(additions(try contents(["a"]), new: [0], described: described()))
    let other = DescribedIndex(path: "main/binary-all/Packages", content: try content("z"))
    let addition = try #require(
      try additions(try contents(["a", "b"]), new: [1], described: [other]).first)
    #expect(try addition.described == [other] + described())
  }

  @Test("forgets an index described that Release lists no more")
  func forgetsDescribed() throws {
    try remember(["a", "b"])
    let gone = DescribedIndex(path: "main/binary-gone/Packages", content: try content("z"))
    try ledger.append(additions(try contents(["a"]), new: [0], described: [gone]))
    let addition = try #require(
      try additions(try contents(["a", "b"]), new: [1], described: described()).first)
    #expect(try addition.described == described())
  }

  @Test("writes the members one after the other, and tells the sums of both forms")
  func writes() throws {
    try remember(["a", "b"])
    try ledger.append(additions(try contents(["a"]), new: [0], described: described()))
    try ledger.append(
      additions(try contents(["a", "b"]), new: [1], described: described("y")))
    let record = try #require(try ledger.pieceIndices(of: suite)[Self.path])
    var members: [UInt8] = []
    try ledger.forEachMember(of: record) { members += $0 }
    let sums = try PieceIndexWriting.write(
      record, ledger: ledger, to: scratch.path("a/pieces"), algorithms: [.sha256])
    #expect(scratch.bytes("a/pieces.gz") == members)
    let plain = try output(of: ["gzip", "-dc"], input: members)
    #expect(try sums.compressed.content == OutputSums(members, [.sha256]).content)
    #expect(try sums.plain.content == OutputSums(plain, [.sha256]).content)
  }

  @Test("refuses a member that does not end")
  func damaged() throws {
    let contents = try contents(["a"])
    let addition = try #require(
      try additions(contents, new: [0], described: described()).first)
    try ledger.append([
      PieceIndexAddition(
        record: addition.record, member: Array(addition.member.dropLast(9)), described: [],
        told: [], retired: [])
    ])
    let record = try #require(try ledger.pieceIndices(of: suite)[Self.path])
    let error = try failure(of: {
      _ = try PieceIndexWriting.write(
        record, ledger: ledger, to: scratch.path("pieces"), algorithms: [.sha256])
    })
    #expect(error?.code == .data)
  }
}
