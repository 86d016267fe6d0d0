// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing
import TorrentMetadata

@Suite("An inspection")
struct InspectionTests {
  private func inspect(_ text: String) -> Inspection { Inspection(Array(text.utf8), name: "x") }

  @Test("knows the kind of an object by its first bytes")
  func kinds() throws {
    #expect(try Inspection(Fixture.bytes("mktorrent-set"), name: "x").kind == .torrent)
    #expect(inspect("magnet:?").kind == .magnet)
    #expect(inspect(" <metalink/>").kind == .metalink)
    #expect(inspect("llll").kind == .torrent)
    #expect(inspect("#!/bin/sh").kind == nil)
    #expect(inspect("").kind == nil)
  }

  @Test("says what is wrong with what is no such object")
  func unknown() {
    let inspection = inspect("PK")
    #expect(!inspection.isSound)
    #expect(
      inspection.findings.map(\.description) == [
        "error: x: neither a torrent nor a magnet link nor a metalink"
      ])
  }

  @Test("finds foreign torrents sound", arguments: ["mktorrent", "transmission", "libtorrent-v1"])
  func foreign(program: String) throws {
    for form in ["single", "set"] {
      let inspection = try Inspection(Fixture.bytes("\(program)-\(form)"), name: "x")
      #expect(inspection.isSound)
    }
  }

  @Test("says in plain words what a torrent holds")
  func torrent() throws {
    let inspection = try Inspection(Fixture.bytes("libtorrent-hybrid-set"), name: "x")
    #expect(
      inspection.facts.map(\.description) == [
        "form: hybrid",
        "info hash (v1): \(try #require(Fixture.metainfo("libtorrent-hybrid-set").info.v1Hash))",
        "info hash (v2): \(try #require(Fixture.metainfo("libtorrent-hybrid-set").info.v2Hash))",
        "name: pool", "holds: 5 files in a directory", "size: 151078 bytes",
        "piece length: 32768 bytes", "pieces: 7", "file: a/empty (0 bytes)",
        "file: a/y.deb (98309 bytes)", "file: a/z.deb (32768 bytes)",
        "file: a-b/x +~1%.deb (20000 bytes)", "file: ä.deb (1 bytes)", "padding: 3 times",
        "tracker: http://tracker.example/announce",
        "tracker of tier 1: http://tracker.example/announce",
        "tracker of tier 2: udp://tracker.example:6969",
        "web seed: http://mirror.example/debian/", "created on: 2025-05-17T07:44:42Z",
        "piece layers: 1",
      ])
    #expect(
      inspection.findings.map(\.description) == [
        "warning: Transmission 3.00 does not take hybrid torrents",
        "warning: aria2 gives hybrid torrents another info hash, so that it finds no peers",
        "warning: some programs ask web seeds for the padding, which plain mirrors do not have",
      ])
  }

  @Test("tells where a torrent is malformed")
  func malformed() {
    #expect(
      inspect("d4:infod6:lengthi01eee").findings.map(\.description) == [
        "error: x (byte 16): an integer with a leading zero"
      ])
  }

  /// A sound torrent of one file with other keys around its info dictionary.
  private func torrent(_ keys: [String: [UInt8]]) throws -> Inspection {
    var torrent = keys
    torrent["info"] = try Fixture.info("mktorrent-single")
    return Inspection(Bencode.dictionary(torrent), name: "x")
  }

  private func findings(_ keys: [String: [UInt8]]) throws -> [String] {
    try torrent(keys).findings.map(\.description)
  }

  @Test("checks the addresses of web seeds")
  func webSeeds() throws {
    let name = "g%2B%2B%20~1%252b%20%C3%A4.deb"
    #expect(try findings(["url-list": Bencode.string("http://m/\(name)")]).isEmpty)
    #expect(try findings(["url-list": Bencode.string("http://m/")]).isEmpty)
    #expect(
      try findings(["url-list": Bencode.string("http://m/x")]) == [
        "warning: the web seed http://m/x does not end with the name of the file"
      ])
    #expect(
      try findings(["url-list": Bencode.list([Bencode.string("m/x")])]) == [
        "error: 'm/x' is no address of a web seed"
      ])
  }

  @Test("checks the addresses of trackers")
  func trackers() throws {
    #expect(
      try findings(["announce": Bencode.string("x")]) == ["error: 'x' is no address of a tracker"])
    let list = Bencode.list([Bencode.list([]), Bencode.list([Bencode.string("udp://b:1")])])
    #expect(
      try findings(["announce": Bencode.string("http://a"), "announce-list": list]) == [
        "warning: a tier without trackers",
        "warning: the tracker of 'announce' is not in the list, so most programs do not ask it",
      ])
    #expect(
      try findings([:]) == [
        "warning: neither a tracker nor a web seed: peers can be found by DHT alone"
      ])
  }

  @Test("notices every change of what stands outside the info dictionary")
  func mutations() throws {
    let whole: [String: [UInt8]] = [
      "announce": Bencode.string("http://a/x"),
      "announce-list": Bencode.list([Bencode.list([Bencode.string("http://a/x")])]),
      "url-list": Bencode.list([Bencode.string("http://m/")]), "creation date": Bencode.integer(7),
      "created by": Bencode.string("me"), "comment": Bencode.string("none"),
      "similar": Bencode.list([Bencode.string(Array(repeating: 7, count: 20))]),
      "collections": Bencode.list([Bencode.string("sid")]),
    ]
    let sound = try torrent(whole)
    #expect(sound.isSound)
    for (key, value) in whole {
      var changed = whole
      changed[key] = nil
      #expect(try torrent(changed) != sound)
      for index in value.indices {
        var other = value
        other[index] ^= 1
        changed[key] = other
        #expect(try torrent(changed) != sound)
      }
    }
    #expect(try torrent(whole.merging(["x": Bencode.integer(1)]) { $1 }) != sound)
  }

  @Test("notices every changed byte of a torrent")
  func everyByte() throws {
    let bytes = try Fixture.bytes("libtorrent-hybrid-set")
    let sound = Inspection(bytes, name: "x")
    #expect(sound.isSound)
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      #expect(Inspection(changed, name: "x") != sound)
    }
  }

  @Test("notices every changed byte of a magnet link")
  func everyByteOfLink() throws {
    let link = MagnetLink(try Fixture.metainfo("libtorrent-hybrid-single")).description
    let sound = inspect(link)
    #expect(sound.isSound)
    for index in link.utf8.indices {
      var changed = Array(link.utf8)
      changed[link.utf8.distance(from: link.utf8.startIndex, to: index)] ^= 1
      #expect(Inspection(changed, name: "x") != sound)
    }
  }

  @Test("notices every changed value of a metalink")
  func everyByteOfMetalink() throws {
    let address = try #require(AbsoluteURL("http://m/b"))
    var file = MetalinkFile(path: try ArchivePath("a/b"), size: ByteCount(2), sha256: .zero)
    file.pieces = [
      MetalinkPieces(.sha1, length: ByteCount(2), digests: Array(repeating: 7, count: 20))
    ]
    file.addresses = try [#require(MetalinkAddress(address, priority: 1, location: "de"))]
    file.descriptions = try [#require(MetalinkDescription(address, priority: 2))]
    file.identity = "b"
    file.publisher = "us"
    let metalink = Metalink(
      files: [file], generator: "g", origin: address, published: ArchiveDate(seconds: 7))
    let bytes = try metalink.serialized()
    let sound = Inspection(bytes, name: "x")
    #expect(sound.isSound)
    // What stands before the first element says nothing, nor do blanks between elements.
    let start = try #require(bytes.firstRange(of: Array("<metalink".utf8))).lowerBound
    for index in start..<bytes.count where bytes[index] > 0x20 {
      var changed = bytes
      changed[index] ^= 1
      #expect(Inspection(changed, name: "x") != sound)
    }
  }

  @Test("says in plain words what a magnet link holds")
  func magnet() {
    let hash = "631a31dd0a46257d5078c0dee4e66e26f73e42ac"
    let inspection = inspect("magnet:?xt=urn:btih:\(hash)&dn=a+b&xl=3&tr=udp://t:1&so=1-2&kt=x\n")
    #expect(
      inspection.facts.map(\.description) == [
        "info hash (v1): \(hash)", "name: a b", "size: 3 bytes", "tracker: udp://t:1",
        "wanted files: 1-2", "key without a meaning here: kt",
      ])
    #expect(inspection.findings.isEmpty)
    let bare = inspect("magnet:?xt=urn:btih:\(hash)&ws=udp://x")
    #expect(
      bare.findings.map(\.description) == [
        "error: 'udp://x' is no address of a web seed",
        "warning: neither a tracker nor a peer: the torrent can be found by DHT alone",
      ])
  }

  @Test("says in plain words what a metalink holds")
  func metalink() {
    let inspection = inspect(
      """
      <metalink xmlns="urn:ietf:params:xml:ns:metalink"><file name="a/b"><size>2</size>
      <pieces length="2" type="sha-1"><hash>\(String(repeating: "ab", count: 20))</hash></pieces>
      <url priority="1" location="de">http://m/b</url>
      <metaurl mediatype="torrent">http://m/b.torrent</metaurl></file></metalink>
      """)
    #expect(
      inspection.facts.map(\.description) == [
        "file: a/b", "size: 2 bytes", "pieces: 1 of 2 bytes, sha-1",
        "pieces' digests: \(String(repeating: "ab", count: 20))",
        "address: http://m/b, priority 1, de", "described by: http://m/b.torrent, torrent",
      ])
    #expect(
      inspection.findings.map(\.description) == ["error: a/b has no SHA-256 to check it against"])
  }

  @Test(
    "ends soon with whatever is nested deep",
    arguments: ["l", "d1:a", "d0:", "<metalink xmlns='urn:ietf:params:xml:ns:metalink'>"])
  func deep(part: String) {
    #expect(!inspect(String(repeating: part, count: 100_000)).isSound)
  }
}
