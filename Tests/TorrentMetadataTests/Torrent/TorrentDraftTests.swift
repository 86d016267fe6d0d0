// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Testing
import TorrentMetadata

@Suite("A torrent draft")
struct TorrentDraftTests {
  private let piece = PieceSize(rawValue: Fixture.pieceLength) ?? .leaf

  private func single(_ form: TorrentForm) throws -> TorrentDraft {
    let file = Fixture.single
    return try TorrentDraft(
      form, name: file.name, size: file.size, pieceSize: piece, root: file.root(),
      layer: file.layer(length: 32 << 10),
      pieces: TestFile.sha1Pieces(file.content, length: 32 << 10))
  }

  private func set(_ form: TorrentForm, isPadded: Bool = false) throws -> TorrentDraft {
    // Given in another order than the tree's.
    let files = try Fixture.set.reversed().map { try $0.draft(length: 32 << 10) }
    var draft = try TorrentDraft(
      form, set: "pool", files: files, pieceSize: piece, isPadded: isPadded)
    draft.pieces = try pieces(of: draft)
    return draft
  }

  /// Hashes what the layout says.
  private func pieces(of draft: TorrentDraft) throws -> [UInt8] {
    var digest = try StreamDigest(.sha1)
    return (0..<draft.layout.pieceCount).flatMap { index in
      for segment in draft.layout.segments(of: index) {
        let range = Int(segment.range.lowerBound)..<Int(segment.range.upperBound)
        let bytes =
          segment.file.map { Fixture.set[$0].content[range] }
          ?? ArraySlice(repeating: 0, count: range.count)
        bytes.withUnsafeBytes { digest.update($0) }
      }
      return digest.finish()
    }
  }

  @Test(
    "of one file has the info dictionary that other programs write",
    arguments: [
      (.v1, "mktorrent-single"), (.v1, "libtorrent-v1-single"), (.v2, "libtorrent-v2-single"),
      (.hybrid, "libtorrent-hybrid-single"),
    ] as [(TorrentForm, String)])
  func single(form: TorrentForm, fixture: String) throws {
    #expect(try single(form).metainfo().info.bytes == Fixture.info(fixture))
  }

  @Test(
    "of several files has the info dictionary that libtorrent writes",
    arguments: [
      (.v1, false, "libtorrent-v1-set"), (.v1, true, "libtorrent-v1-padded"),
      (.v2, false, "libtorrent-v2-set"), (.hybrid, false, "libtorrent-hybrid-set"),
    ] as [(TorrentForm, Bool, String)])
  func set(form: TorrentForm, isPadded: Bool, fixture: String) throws {
    #expect(try set(form, isPadded: isPadded).metainfo().info.bytes == Fixture.info(fixture))
  }

  @Test("has the piece layers that libtorrent writes", arguments: [TorrentForm.v2, .hybrid])
  func layers(form: TorrentForm) throws {
    let theirs = try Fixture.metainfo("libtorrent-\(form)-set").pieceLayers
    #expect(try set(form).metainfo().pieceLayers == theirs)
  }

  @Test("gives back all that stands outside the info dictionary")
  func outside() throws {
    var draft = try single(.v1)
    let without = try draft.metainfo().info
    draft.trackers = try [["http://a/x", "http://b/x"], ["udp://c:1"]].map {
      try $0.map { try #require(AbsoluteURL($0)) }
    }
    draft.webSeeds = try [#require(AbsoluteURL("http://m/debian/g%2B%2B.deb"))]
    draft.creationDate = ArchiveDate(seconds: Fixture.date)
    draft.createdBy = "archive-tool"
    draft.comment = "ä"
    draft.similar = try [#require(InfoHash(bytes: Array(repeating: 7, count: 20)))]
    draft.collections = ["sid"]
    let torrent = try draft.metainfo()
    #expect(torrent.announce == "http://a/x")
    #expect(torrent.announceList == [["http://a/x", "http://b/x"], ["udp://c:1"]])
    #expect(torrent.webSeeds == ["http://m/debian/g%2B%2B.deb"])
    #expect(torrent.creationDate == draft.creationDate)
    #expect(torrent.createdBy == "archive-tool")
    #expect(torrent.comment == "ä")
    #expect(torrent.similar == draft.similar)
    #expect(torrent.collections == ["sid"])
    #expect(torrent.info == without)
  }

  @Test("has no list of trackers for a single one")
  func oneTracker() throws {
    var draft = try single(.v1)
    draft.trackers = try [[#require(AbsoluteURL("http://a/x"))]]
    let torrent = try draft.metainfo()
    #expect(torrent.announce == "http://a/x")
    #expect(torrent.announceList.isEmpty)
  }

  @Test("of several files names the directory as web seed, with a slash")
  func directory() throws {
    var draft = try set(.v1)
    draft.webSeeds = try [#require(AbsoluteURL("http://m/debian"))]
    #expect(try draft.metainfo().webSeeds == ["http://m/debian/"])
  }

  @Test("gives the same bytes whatever the order of its files", arguments: TorrentForm.allCases)
  func deterministic(form: TorrentForm) throws {
    let forward = try TorrentDraft(
      form, set: "pool", files: Fixture.set.map { try $0.draft(length: 32 << 10) },
      pieceSize: piece)
    var same = forward
    same.pieces = try pieces(of: same)
    #expect(try same.metainfo().bytes == set(form).metainfo().bytes)
  }

  @Test(
    "of one file holds any size that is not zero",
    arguments: [1, 16383, 16384, 16385, 32767, 32768, 32769, 200_000], TorrentForm.allCases)
  func sizes(size: Int, form: TorrentForm) throws {
    let file = TestFile("a", size)
    let torrent = try TorrentDraft(
      form, name: "a", size: file.size, pieceSize: piece, root: file.root(),
      layer: file.layer(length: 32 << 10),
      pieces: TestFile.sha1Pieces(file.content, length: 32 << 10)
    ).metainfo()
    #expect(torrent.info.contentSize == file.size)
  }

  private func error(_ body: () throws -> Metainfo) -> String? {
    do {
      _ = try body()
      return nil
    } catch {
      return (error as? ArchiveError)?.reason
    }
  }

  @Test("of an empty file is refused")
  func empty() {
    #expect(
      error { try TorrentDraft(.v1, name: "e", size: .zero, pieceSize: piece).metainfo() }
        == "the file e is empty: there is nothing to share")
    #expect(
      error {
        try TorrentDraft(
          .v1, set: "s", files: [TestFile("e", 0).draft(length: 1)], pieceSize: piece
        )
        .metainfo()
      } == "the files of s are all empty: there is nothing to share")
  }

  @Test("does not take a path for a name", arguments: ["a/b", "..", "", "a\0"])
  func name(name: String) {
    #expect(
      error { try TorrentDraft(.v1, name: name, size: ByteCount(1), pieceSize: piece).metainfo() }
        != nil)
  }

  @Test("takes each path once, and none as file and directory")
  func paths() throws {
    for names in [["a", "b", "a"], ["a", "a/b"], ["a/b", "a-", "a"]] {
      let files = try names.map { try TestFile($0, 1).draft(length: 1 << 15) }
      #expect(
        error { try TorrentDraft(.v2, set: "s", files: files, pieceSize: piece).metainfo() }
          == "the path a stands for two files, or a file and a directory")
    }
  }

  @Test("misses no hash", arguments: TorrentForm.allCases)
  func missing(form: TorrentForm) {
    #expect(
      error { try TorrentDraft(form, name: "a", size: ByteCount(1), pieceSize: piece).metainfo() }
        != nil)
  }

  @Test("does not take a layer of another file")
  func wrongLayer() throws {
    let file = Fixture.single
    var layer = try file.layer(length: 32 << 10)
    layer[0] ^= 1
    let reason = error {
      try TorrentDraft(
        .v2, name: "a", size: file.size, pieceSize: piece, root: file.root(), layer: layer
      ).metainfo()
    }
    let root = try file.root()
    #expect(reason == "a piece layer does not have the root \(root?.description ?? "")")
  }
}
