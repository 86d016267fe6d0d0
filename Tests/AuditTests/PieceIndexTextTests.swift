// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser
import Testing

@testable import Audit

@Suite("What a piece index says of itself")
struct PieceIndexTextTests {
  private static let header = """
    Publisher: 45825156c09b4666e568484bc2f6133e
    Architecture: all
    Generation: 1
    Created: 2026-01-01T00:00:00Z
    Piece-Size: 16384

    """

  private static var torrent: TorrentID {
    get throws { TorrentID(headerDigest: try .hashing(Array(header.utf8))) }
  }

  /// A run stanza; what follows says how far the numbers are.
  private static func run(
    day: Int, contents: Int, retired: Int = 0, floor: Int = 0, next: Int
  ) throws -> String {
    """
    Release-Date: 2026-01-0\(day)T00:00:00Z
    Torrent: \(try torrent)
    Describes: upstream
    Indices:
     \(try content("index").sha256) 338 main/binary-all/Packages
    Contents: \(contents)
    Retired-Pieces: \(retired)
    Floor: \(floor)
    Next-Piece: \(next)

    """
  }

  private static func content(_ name: String, size: UInt64 = 100) throws -> ContentID {
    ContentID(sha256: try .hashing(Array(name.utf8)), size: ByteCount(size))
  }

  private static func stanza(_ name: String, _ numbers: String, size: UInt64 = 100) throws -> String
  {
    let id = try content(name, size: size)
    var text = "Filename: pool/\(name).deb\nSize: \(size)\nSHA256: \(id.sha256)\n"
    if size > 16384 {
      text += "Piece-Size: 16384\n"
    }
    text += "Piece-Numbers: \(numbers)\n"
    return text
  }

  private func read(_ stanzas: String...) throws -> PieceIndexText {
    var numbers = GivenNumbers()
    return try PieceIndexText(
      MemorySource(Array(stanzas.joined(separator: "\n").utf8), name: "Packages-pieces"),
      numbers: &numbers)
  }

  @Test("A file as hash writes it has no defects, and tells what lives")
  func sound() throws {
    let text = try read(
      Self.header, Self.run(day: 1, contents: 3, next: 5), Self.stanza("a", "0"),
      Self.stanza("b", "1-3", size: 40_000), Self.stanza("c", "4"),
      Self.run(day: 2, contents: 1, retired: 4, floor: 4, next: 6), Self.stanza("d", "5"),
      "Retired: 0-3\n")
    #expect(text.defects == [])
    #expect(text.contents == 4)
    let table = try #require(text.tables[try Self.torrent])
    #expect(Set(table.contents.keys) == [try Self.content("c"), try Self.content("d")])
    #expect(table.next == PieceNumber(6) && table.floor == PieceNumber(4))
    #expect(text.lastRun?.releaseDate.description == "2026-01-02T00:00:00Z")
  }

  @Test("A content that comes back takes its place again")
  func back() throws {
    let text = try read(
      Self.header, Self.run(day: 1, contents: 2, next: 2), Self.stanza("a", "0"),
      Self.stanza("b", "1"), Self.run(day: 2, contents: 0, retired: 1, floor: 1, next: 2),
      "Retired: 0\n", Self.run(day: 3, contents: 1, floor: 1, next: 3), Self.stanza("a", "2"))
    #expect(text.defects == [])
    let table = try #require(text.tables[try Self.torrent])
    #expect(table.contents[try Self.content("a")]?.numbers?.first == PieceNumber(2))
  }

  @Test("Floor and Next-Piece never go back")
  func goingBack() throws {
    let text = try read(
      Self.header, Self.run(day: 1, contents: 0, floor: 3, next: 5),
      Self.run(day: 2, contents: 0, floor: 2, next: 4))
    #expect(text.defects.count == 2)
    #expect(text.defects.first?.contains("Floor goes back from 3 to 2") == true)
    #expect(text.defects.first?.hasPrefix("line 17: ") == true, "\(text.defects)")
    #expect(text.defects.last?.contains("Next-Piece goes back from 5 to 4") == true)
  }

  @Test(
    "Numbers lie between floor and next of their run, and are as many as the size takes",
    arguments: [("5", 100), ("0-1", 40_000), ("0-2", 100)] as [(String, UInt64)])
  func wrongNumbers(numbers: String, size: UInt64) throws {
    let text = try read(
      Self.header, Self.run(day: 1, contents: 1, next: 5),
      Self.stanza("a", numbers, size: size))
    #expect(text.defects.count == 1, "\(text.defects)")
  }

  @Test("A run says how much follows it")
  func counts() throws {
    let text = try read(
      Self.header, Self.run(day: 1, contents: 2, retired: 1, next: 5), Self.stanza("a", "0"))
    #expect(
      text.defects == [
        "the run before lists 1 contents and says 2", "the run before retires 0 numbers and says 1",
      ])
  }

  @Test("Only what was given retires")
  func retiring() throws {
    let text = try read(
      Self.header, Self.run(day: 1, contents: 1, next: 5), Self.stanza("a", "0"),
      Self.run(day: 2, contents: 0, retired: 2, floor: 1, next: 5), "Retired: 0-1\n")
    #expect(
      text.defects.map { $0.drop { $0 != ":" } } == [
        ": retires 0-1, numbers that this file gave to nobody"
      ])
  }
}
