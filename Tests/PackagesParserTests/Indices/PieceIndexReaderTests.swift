// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import PackagesParser

/// The index is the worked example of docs/formats.md, sections 8.2 and 12.
@Suite("Reading a piece index") struct PieceIndexReaderTests {
  private static let header = """
    Publisher: 45825156c09b4666e568484bc2f6133e
    Origin: Example
    Label: Example
    Suite: example
    Codename: example
    Architecture: all
    Generation: 1
    Created: 2026-01-01T00:00:00Z
    Piece-Size: 16384

    """
  private static let run = """
    Release-Date: 2026-01-02T00:00:00Z
    Torrent: dc92f23786706607800d56e8c23b8a1768669c15
    Describes: upstream
    Indices:
     7dc3ee79dfc8a8954debe5dfce66ced6190a61a65a9ad8ac4289e015448f1761 338 main/binary-all/Packages
    Contents: 1
    Retired-Pieces: 1
    Floor: 1
    Next-Piece: 5

    """
  private static let leaf = """
    Filename: pool/main/t/tiny/leaf_1_all.deb
    Size: 7
    SHA256: 5cce8e49a4cedcf98d4681efbf77a96869b7ff4cd82b14725ebec84ed8e36edd
    Piece-Numbers: 4
    Pieces-Root: 5cce8e49a4cedcf98d4681efbf77a96869b7ff4cd82b14725ebec84ed8e36edd

    """
  private static let retired = "Retired: 0 7-9\n"

  private func reader(_ stanzas: String...) -> PieceIndexReader {
    PieceIndexReader(
      MemorySource(Array(stanzas.joined(separator: "\n").utf8), name: "Packages-pieces"))
  }

  private func elements(_ reader: PieceIndexReader) throws -> [PieceIndexReader.Element] {
    var elements: [PieceIndexReader.Element] = []
    while let element = try reader.next() { elements.append(element) }
    return elements
  }

  @Test("tells what each stanza is")
  func order() throws {
    let torrent = try #require(TorrentID(hex: "dc92f23786706607800d56e8c23b8a1768669c15"))
    let leaf = try #require(
      SHA256Digest(hex: "5cce8e49a4cedcf98d4681efbf77a96869b7ff4cd82b14725ebec84ed8e36edd"))
    let ranges = [(0, 1), (7, 3)].compactMap { first, count in
      PieceNumberRange(first: PieceNumber(UInt32(first)), count: UInt32(count))
    }
    #expect(
      try elements(reader(Self.header, Self.run, Self.leaf, Self.retired)) == [
        .header(torrent), .run(torrent),
        .content(ContentID(sha256: leaf, size: ByteCount(7))), .retired(ranges),
      ])
  }

  @Test("tells all that a run stanza says")
  func runStanza() throws {
    let index = reader(Self.run)
    _ = try index.next()
    let run = try index.run()
    #expect(run.releaseDate.description == "2026-01-02T00:00:00Z")
    #expect(!run.describesExtended)
    #expect(run.described.map(\.path) == ["main/binary-all/Packages"])
    #expect(run.described.first?.content.size == ByteCount(338))
    #expect([run.contents, run.retiredPieces] == [1, 1])
    #expect([run.floor, run.next] == [PieceNumber(1), PieceNumber(5)])
  }

  @Test("tells name and pieces of a content")
  func content() throws {
    let index = reader(Self.run, Self.leaf)
    _ = try index.next()
    guard case .content(let content) = try index.next() else {
      Issue.record("no content")
      return
    }
    #expect(try index.filename().description == "pool/main/t/tiny/leaf_1_all.deb")
    let pieces = try #require(index.pieces(of: content))
    #expect(pieces.numbers == PieceNumberRange(first: PieceNumber(4), count: 1))
    #expect(pieces.size == nil)
    #expect(pieces.hashes == [content.sha256])
    #expect(pieces.root == content.sha256)
  }

  @Test(
    "refuses stanzas that stand in no order",
    arguments: [
      [leaf], [retired], [header], [header, leaf], [header, header, run], [run, "Package: x\n"],
    ])
  func disorder(stanzas: [String]) {
    let source = MemorySource(Array(stanzas.joined(separator: "\n").utf8), name: "x")
    #expect(throws: ArchiveError.self) { try elements(PieceIndexReader(source)) }
  }

  @Test("refuses a header that does not give the run's torrent, with its line")
  func wrongHeader() {
    let other = Self.header.replacing("Origin: Example", with: "Origin: Another")
    let error = #expect(throws: ArchiveError.self) { try elements(reader(other, Self.run)) }
    #expect(error?.reason.contains("header") == true)
    #expect(error?.description.contains("Packages-pieces") == true)
  }

  @Test(
    "refuses a run stanza with a field that makes no sense",
    arguments: [
      ("2026-01-02T00:00:00Z", "yesterday"), ("upstream", "downstream"), ("Floor: 1", "Floor: 6"),
      ("Next-Piece: 5", "Next-Piece: 4294967296"), ("Contents: 1\n", ""), (" 338 ", " x "),
    ])
  func malformedRun(old: String, new: String) throws {
    let text = Self.run.replacing(old, with: new)
    #expect(text != Self.run)
    let index = reader(text)
    _ = try index.next()
    #expect(throws: ArchiveError.self) { try index.run() }
  }
}
