// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing

@testable import SwarmClient

/// The index is the worked example of docs/formats.md section 12.
@Suite("A piece index") struct WantedPiecesTests {
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
  private static let first = """
    Release-Date: 2026-01-01T00:00:00Z
    Torrent: dc92f23786706607800d56e8c23b8a1768669c15
    Describes: upstream
    Contents: 2

    Filename: pool/main/t/tiny/note_1_all.deb
    Size: 7
    SHA256: 037279912cb60d7be67228853b057cc642443b4ce29b8a5a5bfbb68234b0b962
    Piece-Numbers: 0
    Pieces-Root: 037279912cb60d7be67228853b057cc642443b4ce29b8a5a5bfbb68234b0b962

    Filename: pool/main/t/tiny/tiny_1_all.deb
    Size: 40000
    SHA256: bffb92465a367ae6455782c925629cd696c79eeb3299b20e1db268d93ec19704
    Piece-Size: 16384
    Piece-Numbers: 1-3
    Pieces-Root: 3f99a09968f019196c6c39f5634cadee99ba43b9f460afe857cf42f48541e455
    SHA256-Pieces:
     3e3919efec61528963cb268b48bf26d7704350951b0433a6a49578d5e019a356 16384
     8ebb94d5c1ecb2e9c8c4b62f8f8302a24c8f5f1ec74120f28c2990c610cbfc9f 16384
     f3e5f8d3766872c469dee4c72642abbe04e566d542ceb09a263ebcefffd18022 7232

    """
  private static let second = """
    Release-Date: 2026-01-02T00:00:00Z
    Torrent: dc92f23786706607800d56e8c23b8a1768669c15
    Contents: 0

    Retired: 0

    """

  private let note = content("037279912cb60d7be67228853b057cc642443b4ce29b8a5a5bfbb68234b0b962", 7)
  private let tiny = content(
    "bffb92465a367ae6455782c925629cd696c79eeb3299b20e1db268d93ec19704", 40000)
  private let torrent = TorrentID(hex: "dc92f23786706607800d56e8c23b8a1768669c15")

  private static func content(_ hex: String, _ size: UInt64) -> ContentID? {
    SHA256Digest(hex: hex).map { ContentID(sha256: $0, size: ByteCount(size)) }
  }

  private func read(
    _ parts: String..., in torrent: TorrentID? = nil
  ) throws -> [ContentID: PublishedPieces] {
    let text = parts.joined(separator: "\n")
    let wanted = try #require(torrent ?? self.torrent)
    let (tiny, note) = (try #require(tiny), try #require(note))
    return try WantedPieces.pieces(
      of: [note, tiny], in: wanted,
      MemorySource(Array(text.utf8), name: "pieces"))
  }

  @Test("tells numbers and hashes of contents")
  func contents() throws {
    let found = try read(Self.header, Self.first)
    let (tiny, note) = (try #require(tiny), try #require(note))
    let pieces = try #require(found[tiny])
    #expect(pieces.numbers == PieceNumberRange(first: PieceNumber(1), count: 3))
    #expect(pieces.table?.count == 3)
    #expect(pieces.table?.range(of: 2) == 32768..<40000)
    #expect(
      pieces.table?.hashes.last?.description
        == "f3e5f8d3766872c469dee4c72642abbe04e566d542ceb09a263ebcefffd18022")
    #expect(
      pieces.table?.root?.description
        == "3f99a09968f019196c6c39f5634cadee99ba43b9f460afe857cf42f48541e455")
    let single = try #require(found[note])
    #expect(single.table?.isPublished == true)
    #expect(single.table?.count == 1)
  }

  @Test("forgets what has retired")
  func retired() throws {
    let found = try read(Self.header, Self.first, Self.second)
    #expect(found.keys.map(\.size) == [ByteCount(40000)])
  }

  @Test("of another torrent says nothing of this one")
  func otherTorrent() throws {
    let other = TorrentID(bytes: [UInt8](repeating: 1, count: 20))
    #expect(try read(Self.header, Self.first, in: other).isEmpty)
  }

  @Test("is refused when its header does not give the torrent's id")
  func wrongHeader() throws {
    let header = Self.header.replacing("Origin: Example", with: "Origin: Another")
    let error = #expect(throws: ArchiveError.self) { try read(header, Self.first) }
    #expect(error?.reason.contains("header") == true)
  }

  @Test(
    "with fields that contradict each other gives none of them",
    arguments: [
      ("1-3", "1-4"), ("Piece-Size: 16384\nPiece-N", "Piece-Size: 32768\nPiece-N"),
      (" 7232", " 7231"), ("Pieces-Root: 3f99", "Pieces-Root: 3f9"),
      ("Numbers: 1-3", "Numbers: 3-1"),
    ])
  func contradiction(old: String, new: String) throws {
    let text = Self.first.replacing(old, with: new)
    #expect(text != Self.first)
    let tiny = try #require(tiny)
    #expect(try read(Self.header, text)[tiny] == nil)
  }
}
