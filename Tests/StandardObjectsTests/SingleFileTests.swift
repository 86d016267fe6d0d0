// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import StandardObjects
import Testing
import TorrentMetadata

@Suite("Objects of one file")
struct SingleFileTests {
  @Test("the web seed is the file's address, special characters encoded")
  func webSeed() throws {
    var sample = try Sample()
    let file = try sample.add("pool/main/g/g++/g++_1.0~rc1+b 1_amd64.deb", size: 100)

    let torrent = try file.torrent(.v1, try addresses())

    #expect(torrent.info.name == "g++_1.0~rc1+b 1_amd64.deb")
    #expect(
      torrent.webSeeds == [
        "http://mirror.example/debian/pool/main/g/g%2B%2B/g%2B%2B_1.0~rc1%2Bb%201_amd64.deb"
      ])
  }

  @Test(
    "the web seed of a v2 torrent is the directory",
    arguments: [("pool/main/g/g++/g++_1.deb", "pool/main/g/g%2B%2B/"), ("a.deb", "")])
  func webSeedOfV2(path: String, directory: String) throws {
    var sample = try Sample()
    let file = try sample.add(path, size: 100)

    let torrent = try file.torrent(.v2, try addresses())

    #expect(torrent.webSeeds == ["http://mirror.example/debian/" + directory])
  }

  @Test("the creation date is that of the Release which first had the content")
  func creationDate() throws {
    var sample = try Sample()
    let file = try sample.add("pool/a.deb", size: 100)

    let torrent = try file.torrent(.v1, try addresses())

    #expect(torrent.creationDate == ArchiveDate(seconds: 1_700_000_000))
  }

  @Test("the same file and addresses give the same bytes", arguments: TorrentForm.allCases)
  func deterministic(form: TorrentForm) throws {
    var sample = try Sample()
    let file = try sample.add("pool/a.deb", size: 50_000)

    #expect(
      try file.torrent(form, try addresses()).bytes == file.torrent(form, try addresses()).bytes)
  }

  @Test("wire hashes are those of the torrent", arguments: TorrentForm.allCases)
  func wireHashes(form: TorrentForm) throws {
    var sample = try Sample()
    let file = try sample.add("pool/a.deb", size: 50_000)

    #expect(try file.wireHashes(form) == file.torrent(form, try addresses()).info.wireHashes)
  }

  @Test("an empty file is refused in plain words", arguments: TorrentForm.allCases)
  func empty(form: TorrentForm) throws {
    var sample = try Sample()
    let file = try sample.add("pool/a.deb", size: 0)

    let error = failure { _ = try file.torrent(form, try addresses()) }

    #expect(error?.reason == "the file a.deb is empty: there is nothing to share")
  }

  @Test("what the ledger lacks is named, and the field that adds it")
  func lacking() throws {
    var sample = try Sample()
    let whole = try sample.add("pool/a.deb", size: 50_000)
    let file = SingleFile(
      path: whole.path,
      stored: StoredContent(
        content: whole.stored.content, firstRelease: whole.stored.firstRelease,
        digests: ContentDigests(
          root: whole.stored.digests.root, pieceSize: .leaf, sha256Pieces: [], sha1Pieces: [],
          layer: whole.stored.digests.layer)))

    let error = failure { _ = try file.torrent(.v1, try addresses()) }

    #expect(file.forms == [.v2])
    #expect(error?.code == .data)
    #expect(error?.advice?.contains("sha1 to Hashes") == true)
  }

  @Test("has no torrent of its tree while that was published, and not read again")
  func withoutLayer() throws {
    var sample = try Sample()
    for (path, size, forms) in [("pool/a.deb", 50_000, []), ("pool/b.deb", 100, [.v2])]
      as [(String, Int, [TorrentForm])]
    {
      let whole = try sample.add(path, size: size)
      let file = SingleFile(
        path: whole.path,
        stored: StoredContent(
          content: whole.stored.content, firstRelease: whole.stored.firstRelease,
          digests: ContentDigests(
            root: whole.stored.digests.root, pieceSize: .leaf,
            sha256Pieces: whole.stored.digests.sha256Pieces, sha1Pieces: [], layer: [])))
      #expect(file.forms == forms, "a file of one piece has no layer")
    }
  }

  @Test("a metalink has size, SHA-256, pieces, and mirrors in their order")
  func metalink() throws {
    var sample = try Sample()
    let file = try sample.add("pool/main/a/a_1+1_all.deb", size: 40_000)

    let metalink = try file.metalink(
      try addresses(), torrent: AbsoluteURL("http://mirror.example/a.torrent"))
    let read = try #require(
      try Metalink(metalink.serialized(), name: "a.meta4").files.first)

    #expect(read.path.string == "a_1+1_all.deb")
    #expect(read.sha256 == file.stored.content.sha256)
    #expect(read.size == ByteCount(40_000))
    #expect(read.pieces.map(\.digests) == [file.stored.digests.sha256Pieces])
    #expect(
      read.addresses.map(\.url.string) == [
        "http://mirror.example/debian/pool/main/a/a_1%2B1_all.deb"
      ])
    #expect(read.addresses.map(\.priority) == [1])
    #expect(read.descriptions.map(\.url.string) == ["http://mirror.example/a.torrent"])
  }

  @Test("a metalink of a single piece has its digest", arguments: [0, 10])
  func metalinkOfSinglePiece(size: Int) throws {
    var sample = try Sample()
    let file = try sample.add("pool/a.deb", size: size)

    let metalink = try file.metalink(try addresses())
    let read = try #require(try Metalink(metalink.serialized(), name: "a.meta4").files.first)

    #expect(
      read.pieces.map(\.digests) == (size == 0 ? [] : [file.stored.content.sha256.bytes]))
  }

  @Test("a metalink without any address is refused")
  func nowhere() throws {
    var sample = try Sample()
    let file = try sample.add("pool/a.deb", size: 10)

    #expect(failure { _ = try file.metalink(ObjectAddresses()) }?.code == .usage)
  }
}
