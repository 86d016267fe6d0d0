// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import Testing

@testable import Publisher

@Suite("A member of a piece index")
struct PieceIndexMemberTests {
  private func member() throws -> PieceIndexMember {
    PieceIndexMember(
      header: nil,
      torrent: try #require(TorrentID(hex: "e943c7be031730f50995329a55ca2e7754b6741d")),
      releaseDate: ArchiveDate(seconds: 1_747_473_411), describesExtended: false, described: [],
      numbering: Numbering(floor: PieceNumber(3), next: PieceNumber(12), live: 9), entries: [],
      retired: [])
  }

  private func entry(
    _ name: String, size: UInt64, _ numbers: PieceNumberRange, _ list: PieceList? = nil
  ) throws -> PieceIndexMember.Entry {
    PieceIndexMember.Entry(
      filename: try ArchivePath(name),
      content: ContentID(sha256: try digest(0xAA), size: ByteCount(size)),
      fields: FileFields(numbers: numbers, root: try digest(0xBB), pieces: list))
  }

  @Test("is a run stanza at least")
  func runStanza() throws {
    #expect(
      text(try member().text) == """
        Release-Date: 2025-05-17T09:16:51Z
        Torrent: e943c7be031730f50995329a55ca2e7754b6741d
        Describes: upstream
        Indices:
        Contents: 0
        Retired-Pieces: 0
        Floor: 3
        Next-Piece: 12


        """)
  }

  @Test("is header, run, contents in number order and retired ranges")
  func whole() throws {
    var member = try member()
    member.header = Array("Publisher: 00112233445566778899aabbccddeeff\nSuite: stable\n".utf8)
    member.describesExtended = true
    member.described = [
      DescribedIndex(
        path: "main/binary-all/Packages",
        content: ContentID(sha256: try digest(0xCC), size: ByteCount(77))),
      DescribedIndex(
        path: "main/binary-amd64/Packages",
        content: ContentID(sha256: try digest(0xDD), size: ByteCount(1234))),
    ]
    member.entries = [
      try entry("pool/b.deb", size: 40_000, numbers(9, 3), pieces(3)),
      try entry("pool/ä.deb", size: 5, numbers(8)),
    ]
    member.retired = [try numbers(5), try numbers(0, 2), try numbers(2, 2)]
    let (aa, bb) = (String(repeating: "a", count: 64), String(repeating: "b", count: 64))
    let (cc, dd) = (String(repeating: "c", count: 64), String(repeating: "d", count: 64))
    #expect(
      text(member.text) == """
        Publisher: 00112233445566778899aabbccddeeff
        Suite: stable

        Release-Date: 2025-05-17T09:16:51Z
        Torrent: e943c7be031730f50995329a55ca2e7754b6741d
        Describes: extended
        Indices:
         \(cc) 77 main/binary-all/Packages
         \(dd) 1234 main/binary-amd64/Packages
        Contents: 2
        Retired-Pieces: 5
        Floor: 3
        Next-Piece: 12

        Filename: pool/ä.deb
        Size: 5
        SHA256: \(aa)
        Piece-Numbers: 8
        Pieces-Root: \(bb)

        Filename: pool/b.deb
        Size: 40000
        SHA256: \(aa)
        Piece-Size: 16384
        Piece-Numbers: 9-11
        Pieces-Root: \(bb)
        SHA256-Pieces:
         \(hex(0)) 16384
         \(hex(1)) 16384
         \(hex(2)) 7232

        Retired: 0-3 5


        """)
  }

  @Test("gives retired ranges in order, neighbours joined")
  func merged() throws {
    func merged(_ ranges: [PieceNumberRange]) -> String {
      PieceIndexMember.merged(ranges).map(\.description).joined(separator: " ")
    }
    #expect(merged([]) == "")
    #expect(try merged([numbers(7)]) == "7")
    #expect(try merged([numbers(7), numbers(5)]) == "5 7")
    #expect(try merged([numbers(6), numbers(5), numbers(7, 3)]) == "5-9")
    #expect(try merged([numbers(0, 2), numbers(2), numbers(4)]) == "0-2 4")
    #expect(try merged([numbers(0), numbers(.max)]) == "0 4294967295")
    #expect(try merged([numbers(.max - 1), numbers(.max)]) == "4294967294-4294967295")
  }
}
