// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import Testing

@Suite("A torrent's header")
struct TorrentHeaderTests {
  private func header() throws -> TorrentHeader {
    TorrentHeader(
      publisher: try #require(PublisherID(hex: "00112233445566778899aabbccddeeff")),
      origin: "Debian", label: "Debian", suite: "stable", codename: "bookworm",
      architecture: "amd64", generation: 1,
      created: try #require(ArchiveDate(release: "Sat, 17 May 2025 09:16:51 UTC")),
      pieceSize: .defaultBase)
  }

  @Test("is a stanza of all its fields, in order, without the empty line")
  func stanza() throws {
    let text = """
      Publisher: 00112233445566778899aabbccddeeff
      Origin: Debian
      Label: Debian
      Suite: stable
      Codename: bookworm
      Architecture: amd64
      Generation: 1
      Created: 2025-05-17T09:16:51Z
      Piece-Size: 524288

      """
    #expect(try String(decoding: header().stanza, as: UTF8.self) == text)
  }

  @Test("leaves out what the Release does not give")
  func absentFields() throws {
    var header = try header()
    header.origin = nil
    header.label = nil
    header.codename = nil
    header.architecture = "all"
    header.generation = 12
    header.created = ArchiveDate(seconds: 0)
    header.pieceSize = .leaf
    let text = """
      Publisher: 00112233445566778899aabbccddeeff
      Suite: stable
      Architecture: all
      Generation: 12
      Created: 1970-01-01T00:00:00Z
      Piece-Size: 16384

      """
    #expect(String(decoding: header.stanza, as: UTF8.self) == text)
    let id = try TorrentHeader.torrentID(of: header.stanza)
    #expect(id.description == "47b418ab7c244da650fee1a4f03f71bdfca74edc")
  }

  // sha256sum over the text above: e943c7be031730f50995329a55ca2e7754b6741d ad7e7ffe86877899...
  @Test("gives the torrent's id, the first 20 bytes of its SHA-256")
  func torrentID() throws {
    let id = try TorrentHeader.torrentID(of: header().stanza)
    #expect(id.description == "e943c7be031730f50995329a55ca2e7754b6741d")
  }

  @Test("gives another id when any part of it is another")
  func distinct() throws {
    let original = try header()
    let changes: [(inout TorrentHeader) throws -> Void] = [
      { $0.publisher = try #require(PublisherID(hex: "10112233445566778899aabbccddeeff")) },
      { $0.origin = "Ubuntu" }, { $0.label = nil }, { $0.suite = "oldstable" },
      { $0.codename = "trixie" }, { $0.architecture = "arm64" }, { $0.generation = 2 },
      { $0.created = ArchiveDate(seconds: 0) }, { $0.pieceSize = .leaf },
    ]
    var ids = [try TorrentHeader.torrentID(of: original.stanza)]
    for change in changes {
      var header = original
      try change(&header)
      ids.append(try TorrentHeader.torrentID(of: header.stanza))
    }
    #expect(Set(ids).count == changes.count + 1)
  }
}

@Suite("A publisher's id")
struct PublisherIDTests {
  @Test("is 32 hexadecimal digits")
  func hex() throws {
    let text = "00112233445566778899aabbccddeeff"
    #expect(try #require(PublisherID(hex: text)).description == text)
    #expect(PublisherID(hex: text.uppercased())?.description == text)
    #expect(PublisherID(hex: String(text.dropLast(2))) == nil)
    #expect(PublisherID(hex: text + "00") == nil)
    #expect(PublisherID(hex: "x" + text.dropFirst()) == nil)
  }

  @Test("is drawn anew each time")
  func drawn() {
    var generator = SeededGenerator(seed: 3)
    let ids = Set((0..<100).map { _ in PublisherID(using: &generator) })
    #expect(ids.count == 100)
    #expect(ids.allSatisfy { $0.bytes.count == 16 })
  }
}
