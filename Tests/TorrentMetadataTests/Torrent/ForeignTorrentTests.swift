// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing
import TorrentMetadata

@Suite("A torrent that another program made")
struct ForeignTorrentTests {
  @Test(
    "is read with the hashes that libtorrent gives it",
    arguments: [
      (
        "libtorrent-v1-single", "efe315d298edd79daa626558772e853782ba899a",
        nil
      ),
      (
        "libtorrent-v1-set", "340ee128884d25a468a68ed6cee6c22281a9ebba",
        nil
      ),
      (
        "libtorrent-v1-padded", "d69a9be3dfe3631a55b30bc5846c34614689b054",
        nil
      ),
      (
        "libtorrent-v2-single", nil,
        "7a33c103741b9481fa417d225455661170eeca7537d5d2f23559a3b14ded5ae5"
      ),
      (
        "libtorrent-v2-set", nil,
        "1c6a7dbf1bff6859d71842f468f5effb34d3ce24555483e347230a2214942ddf"
      ),
      (
        "libtorrent-hybrid-single", "56feac00e8278d745080c81b9d426639e82c7740",
        "ca2e6daecf1d0a699624488fb7a2a669b2692d487a908525bf0e83fc0e766d1a"
      ),
      (
        "libtorrent-hybrid-set", "ba6776e2af9b0e538640f7c002a9013b8e999d25",
        "28f82998d93073e56f702c81a56a32ed085d9e7d6c2bc22bba8fa096242f5c4d"
      ),
      (
        "mktorrent-single", "efe315d298edd79daa626558772e853782ba899a",
        nil
      ),
      (
        "mktorrent-set", "b298ff6cd44b62431a97d3657c88f117083ed3d3",
        nil
      ),
      (
        "transmission-single", "b60ec0ef98c4957b25809f467a2d29198a78cee4",
        nil
      ),
      (
        "transmission-set", "f9f6b2f7a426172f1fb7b0028809c7987bc63ec6",
        nil
      ),
    ] as [(String, String?, String?)])
  func hashes(name: String, v1: String?, v2: String?) throws {
    let info = try Fixture.metainfo(name).info
    #expect(info.v1Hash?.description == v1)
    #expect(info.v2Hash?.description == v2)
  }

  @Test(
    "of one file is read whole",
    arguments: [
      "libtorrent-v1-single", "libtorrent-v2-single", "libtorrent-hybrid-single",
      "mktorrent-single", "transmission-single",
    ])
  func single(name: String) throws {
    let info = try Fixture.metainfo(name).info
    #expect(info.isSingleFile)
    #expect(info.name == Fixture.single.name)
    #expect(info.files.map(\.path.string) == [Fixture.single.name])
    #expect(info.files.map(\.size) == [Fixture.single.size])
    #expect(info.files.map(\.root) == [info.form.hasV2 ? try Fixture.single.root() : nil])
    #expect(info.pieceLength.rawValue == Fixture.pieceLength)
    let pieces = try TestFile.sha1Pieces(Fixture.single.content, length: 32 << 10)
    #expect(info.pieces == (info.form.hasV1 ? pieces : []))
    #expect(!info.isPrivate)
  }

  @Test(
    "of several files is read whole",
    arguments: [
      "libtorrent-v1-set", "libtorrent-v2-set", "libtorrent-hybrid-set", "libtorrent-v1-padded",
    ])
  func set(name: String) throws {
    let info = try Fixture.metainfo(name).info
    #expect(!info.isSingleFile)
    #expect(info.name == "pool")
    #expect(info.contentFiles.map(\.path.string) == Fixture.set.map(\.name))
    #expect(info.contentFiles.map(\.size) == Fixture.set.map(\.size))
    #expect(info.contentSize == ByteCount(151_078))
    if info.form.hasV2 {
      #expect(try info.contentFiles.map(\.root) == Fixture.set.map { try $0.root() })
    }
  }

  @Test(
    "has its files in whatever order the program chose", arguments: ["mktorrent", "transmission"])
  func order(program: String) throws {
    let files = try Fixture.metainfo("\(program)-set").info.files
    let expected = Fixture.set.filter { program == "mktorrent" || $0.size > .zero }
    #expect(files.map(\.path.string).sorted() == expected.map(\.name).sorted())
  }

  @Test("tells its padding apart", arguments: ["libtorrent-hybrid-set", "libtorrent-v1-padded"])
  func padding(name: String) throws {
    let pads = try Fixture.metainfo(name).info.files.filter(\.isPadding)
    #expect(pads.map(\.path.string) == [".pad/32763", ".pad/12768", ".pad/32767"])
  }

  @Test("tells where it can be had", arguments: ["libtorrent-v1-set", "mktorrent-set"])
  func sources(name: String) throws {
    let torrent = try Fixture.metainfo(name)
    #expect(torrent.announce == Fixture.trackers[0])
    #expect(torrent.announceList == Fixture.trackers.map { [$0] })
    #expect(torrent.webSeeds == [Fixture.seed])
    #expect(torrent.otherKeys.isEmpty)
  }

  @Test("tells who made it and when")
  func origin() throws {
    #expect(try Fixture.metainfo("libtorrent-v2-set").creationDate?.seconds == Fixture.date)
    let transmission = try Fixture.metainfo("transmission-single")
    #expect(transmission.createdBy == "Transmission/3.00 (bb6b5a062e)")
    #expect(transmission.comment == "by hand")
    #expect(transmission.otherKeys == ["encoding"])
  }

  @Test("has the layers of its files", arguments: ["libtorrent-v2-set", "libtorrent-hybrid-set"])
  func layers(name: String) throws {
    let layers = try Fixture.metainfo(name).pieceLayers
    let file = Fixture.set[1]
    let root = try file.root() ?? .zero
    #expect(try layers == [root: file.layer(length: 32 << 10)])
  }
}
