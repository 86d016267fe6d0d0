// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing
import TorrentMetadata

@Suite("Metainfo")
struct MetainfoTests {
  private func error(_ bytes: [UInt8]) -> String? {
    do throws(ArchiveError) {
      _ = try Metainfo(bytes, name: "x")
      return nil
    } catch {
      return error.reason
    }
  }

  /// What is wrong with a torrent of this info dictionary.
  private func error(info: String, layers: [UInt8]? = nil) -> String? {
    var torrent = ["info": Array(info.utf8)]
    torrent["piece layers"] = layers
    return error(Bencode.dictionary(torrent))
  }

  private static let hash = "20:01234567890123456789"
  private static let root = "32:01234567890123456789012345678901"

  /// A v1 dictionary of one file of a byte, with the given parts in place of its own.
  private func v1(
    length: String = "6:lengthi1e", name: String = "1:a", piece: String = "i16384e",
    pieces: String = hash
  ) -> String {
    let files = length.hasPrefix("5:files") ? length : ""
    let length = files.isEmpty ? length : ""
    return "d\(files)\(length)4:name\(name)12:piece length\(piece)6:pieces\(pieces)e"
  }

  private func v2(
    tree: String = "d1:ad0:d6:lengthi1e11:pieces root\(root)eee", version: String = "i2e",
    piece: String = "i16384e"
  ) -> String {
    "d9:file tree\(tree)12:meta version\(version)4:name1:a12:piece length\(piece)e"
  }

  @Test("is sound in its smallest forms")
  func smallest() {
    #expect(error(info: v1()) == nil)
    #expect(error(info: v2()) == nil)
    #expect(error(info: v1(length: "5:filesld6:lengthi1e4:pathl1:beee")) == nil)
  }

  @Test("is a dictionary with an info dictionary")
  func outermost() {
    #expect(error(Array("le".utf8)) == "a torrent is a list, expected a dictionary")
    #expect(error(Array("de".utf8)) == "expected a key 'info'")
    #expect(error(info: "le") == "'info' is a list, expected a dictionary")
    #expect(error(info: "de") == "expected a key 'name'")
  }

  @Test("has pieces of some length")
  func pieceLength() {
    #expect(error(info: v1(piece: "i0e")) == "the piece length is zero")
    #expect(
      error(info: v1(piece: "i-1e"))
        == "the piece length is -1, expected a positive number, no more than 8589934592")
    #expect(error(info: v1(piece: "1:1")) == "the piece length is a string, expected an integer")
    #expect(error(info: v1(piece: "i9223372036854775807e")) != nil)
  }

  @Test("of BEP 3 may have pieces of any length")
  func oddPieceLength() {
    #expect(error(info: v1(piece: "i10000e")) == nil)
  }

  @Test("of BEP 52 has pieces of a power of two", arguments: ["8192", "16385", "49152", "1"])
  func powerOfTwo(length: String) {
    #expect(
      error(info: v2(piece: "i\(length)e"))
        == "the piece length is \(length), expected a power of two from 16384 on (BEP 52)")
  }

  @Test("has a hash for each piece")
  func pieces() {
    #expect(
      error(info: v1(pieces: "19:0123456789012345678"))
        == "'pieces' has 19 bytes, expected a multiple of 20")
    #expect(error(info: v1(pieces: "0:")) == "0 pieces, expected 1 for 1 bytes")
    #expect(
      error(info: v1(length: "6:lengthi16385e")) == "1 pieces, expected 2 for 16385 bytes")
  }

  @Test("has some bytes")
  func empty() {
    #expect(error(info: v1(length: "6:lengthi0e", pieces: "0:")) == "no file has any bytes")
    #expect(error(info: v1(length: "5:filesle", pieces: "0:")) == "no file has any bytes")
    #expect(error(info: v2(tree: "de")) == "no file has any bytes")
    #expect(error(info: v2(tree: "d1:ad0:d6:lengthi0eeee")) == "no file has any bytes")
  }

  @Test("has sizes that add up")
  func sizes() {
    #expect(error(info: v1(length: "6:lengthi-1e"))?.hasPrefix("a file's length is -1") == true)
    #expect(error(info: v1(length: "6:lengthi9223372036854775807e")) != nil)
    let most = "d6:lengthi17592186044416e4:pathl1:bee"
    #expect(
      error(info: v1(length: "5:filesl\(String(repeating: most, count: 17))e"))
        == "files of more than 281474976710656 bytes together")
  }

  @Test(
    "leads nowhere by its name",
    arguments: [
      ("2:..", "the path has a '.' or '..' component"),
      ("1:.", "the path has a '.' or '..' component"),
      ("0:", "an empty path component"),
      ("4:/etc", "a '/' in a path component"),
      ("3:a/b", "a '/' in a path component"),
      ("3:a\0b", "the path has a control character"),
      ("3:a\nb", "the path has a control character"),
      ("5000:" + String(repeating: "a", count: 5000), "the path or a component of it is too long"),
      ("256:" + String(repeating: "a", count: 256), "the path or a component of it is too long"),
    ])
  func names(name: String, reason: String) {
    #expect(error(info: v1(name: name)) == reason)
    let path = "5:filesld6:lengthi1e4:pathl1:b\(name)eee"
    #expect(error(info: v1(length: path)) == reason)
    let tree = "d\(name)d0:d6:lengthi1e11:pieces root\(Self.root)eee"
    // An empty key would be a file without a name.
    if name != "0:" { #expect(error(info: v2(tree: tree)) == reason) }
  }

  @Test("has names in UTF-8")
  func encoding() {
    let name = Array("d6:lengthi1e4:name1:".utf8) + [0xFF]
    let info = name + Array("12:piece lengthi16384e6:pieces\(Self.hash)e".utf8)
    #expect(error(Bencode.dictionary(["info": info])) == "the path is not UTF-8")
  }

  @Test("has paths of no more than the file system takes")
  func longPath() {
    let components = String(repeating: "100:" + String(repeating: "a", count: 100), count: 42)
    #expect(
      error(info: v1(length: "5:filesld6:lengthi1e4:path" + "l\(components)eee"))
        == "the path or a component of it is too long")
  }

  @Test("has no more paths than memory is set aside for")
  func pathBytes() throws {
    var limits = MetadataLimits()
    limits.pathBytes = 7
    let bytes = try Fixture.bytes("libtorrent-v2-set")
    do throws(ArchiveError) {
      _ = try Metainfo(bytes, name: "x", limits: limits)
      Issue.record("not refused")
    } catch {
      #expect(error.reason == "paths of more than 7 bytes together")
    }
  }

  @Test("has no path twice")
  func duplicates() {
    let file = "d6:lengthi1e4:pathl1:bee"
    #expect(
      error(info: v1(length: "5:filesl\(file)\(file)e"))
        == "the path b stands for two files, or a file and a directory")
    #expect(
      error(info: v1(length: "5:filesld6:lengthi1e4:pathl1:b1:ceed6:lengthi1e4:pathl1:beee"))
        == "the path b stands for two files, or a file and a directory")
  }

  @Test("has a path for each file")
  func noPath() {
    #expect(error(info: v1(length: "5:filesld6:lengthi1e4:pathleee")) == "the path is empty")
    #expect(error(info: v1(length: "5:filesld6:lengthi1eee")) == "expected a key 'path'")
    #expect(error(info: v1(length: "")) == "expected either 'length' or 'files'")
  }

  @Test("has a tree of files and directories")
  func tree() {
    let file = "d0:d6:lengthi1e11:pieces root\(Self.root)ee"
    #expect(error(info: v2(tree: "d1:adee")) == "an empty directory")
    #expect(error(info: v2(tree: "d1:ai1ee")) != nil)
    #expect(
      error(info: v2(tree: "d1:ad0:d6:lengthi1e11:pieces root\(Self.root)e1:b\(file)ee"))
        == "a file and a directory of the same name")
    #expect(error(info: v2(tree: "d1:ad0:d6:lengthi1eeee")) == "a file without 'pieces root'")
    #expect(
      error(info: v2(tree: "d1:ad0:d6:lengthi0e11:pieces root\(Self.root)eee"))
        == "an empty file with 'pieces root'")
    #expect(
      error(info: v2(tree: "d1:ad0:d6:lengthi1e11:pieces root4:spameee"))
        == "'pieces root' has 4 bytes, expected 32")
    #expect(error(info: v2(tree: "d0:d6:lengthi1e11:pieces root\(Self.root)ee")) != nil)
  }

  @Test("is of a version that is known")
  func version() {
    #expect(error(info: v2(version: "i3e")) == "expected 2 as 'meta version'")
    #expect(
      error(info: "d9:file treede4:name1:a12:piece lengthi16384ee")
        == "a file tree, but no 'meta version'")
  }

  @Test("has a layer for each file of several pieces, and for no other")
  func layers() {
    let large = v2(tree: "d1:ad0:d6:lengthi16385e11:pieces root\(Self.root)eee")
    let root = String(Self.root.dropFirst(3))
    #expect(error(info: large) == "expected a key 'piece layers'")
    #expect(
      error(info: large, layers: Bencode.dictionary([:]))?.hasPrefix("no piece layer for the root")
        == true)
    #expect(
      error(info: large, layers: Bencode.dictionary([root: Bencode.string("x")]))
        == "a piece layer of 1 bytes, expected 64")
    let zeros = Bencode.string(Array(repeating: 0, count: 64))
    #expect(
      error(info: large, layers: Bencode.dictionary([root: zeros]))?
        .hasPrefix("a piece layer does not have the root") == true)
    #expect(
      error(info: v2(), layers: Bencode.dictionary([root: zeros]))
        == "a piece layer of no file in the torrent")
    #expect(
      error(info: v1(), layers: Bencode.dictionary([:]))
        == "'piece layers' in a torrent without hash trees")
  }

  /// What is wrong with libtorrent's hybrid torrent after the first `old` in it became `new`.
  private func hybrid(_ old: String, _ new: String) throws -> String? {
    var bytes = try Fixture.bytes("libtorrent-hybrid-set")
    bytes.replaceSubrange(try #require(bytes.firstRange(of: Array(old.utf8))), with: new.utf8)
    return error(bytes)
  }

  @Test("has halves that say the same")
  func halves() throws {
    #expect(
      try hybrid("5:y.deb", "5:x.deb") == "the file tree differs from the file list at a/y.deb")
    #expect(
      try hybrid("lengthi32768e", "lengthi32767e")
        == "the file tree differs from the file list at a/z.deb")
    #expect(
      try hybrid("lengthi32763e", "lengthi32762e")
        == "padding of 32762 bytes does not end at a piece's border")
    #expect(
      try hybrid("4:attr1:p", "4:attr1:x")
        == "the file tree differs from the file list at .pad/32763")
    #expect(
      try hybrid("d6:lengthi1e4:pathl6:ä.debee", "")
        == "padding of 32767 bytes does not end at a piece's border")
  }

  @Test("has both halves of one kind")
  func kinds() {
    let tree = "d1:ad0:d6:lengthi1e11:pieces root\(Self.root)eee"
    let end = "12:meta versioni2e4:name1:b12:piece lengthi16384e6:pieces\(Self.hash)e"
    #expect(
      error(info: "d9:file tree\(tree)6:lengthi1e\(end)")
        == "one half of the torrent is a single file, the other is not")
    #expect(error(info: "d9:file tree\(tree)5:filesld6:lengthi1e4:pathl1:aeee\(end)") == nil)
    #expect(
      error(info: "d9:file tree\(tree)\(end)") == "expected either 'length' or 'files'")
  }

  @Test("tells the place of what is wrong")
  func place() {
    do throws(ArchiveError) {
      _ = try Metainfo(Array("d4:infod6:lengthi1e4:name2:..ee".utf8), name: "x.torrent")
      Issue.record("not refused")
    } catch {
      #expect(error.place == ArchiveError.Place(file: "x.torrent", offset: 25))
      #expect(error.code == .data)
    }
  }

  @Test("is read without what stands outside the info dictionary, as peers send it")
  func infoAlone() throws {
    let info = try TorrentInfo(Fixture.info("mktorrent-set"), name: "x")
    #expect(try info == Fixture.metainfo("mktorrent-set").info)
  }

  @Test("of a hybrid is known to peers by two hashes")
  func wireHashes() throws {
    let info = try Fixture.metainfo("libtorrent-hybrid-set").info
    #expect(
      try info.wireHashes == [
        #require(info.v1Hash), InfoHash(truncating: #require(info.v2Hash)),
      ])
  }
}
