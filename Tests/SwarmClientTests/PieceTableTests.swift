// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import SwarmClient
import Testing

@Suite struct PieceTableTests {
  private let digests = (0..<3).compactMap { SHA256Digest([UInt8](repeating: $0, count: 32)) }

  private func content(_ size: UInt64) -> ContentID {
    ContentID(sha256: digests[0], size: ByteCount(size))
  }

  @Test("the last piece has the rest")
  func ranges() throws {
    let table = try #require(
      PieceTable(of: content(40000), pieceSize: .leaf, hashes: digests, root: nil))
    #expect((0..<3).map(table.range) == [0..<16384, 16384..<32768, 32768..<40000])
    #expect(table.index(at: 16383) == 0)
    #expect(table.index(at: 16384) == 1)
  }

  @Test("a list of other length than the pieces is refused")
  func count() {
    #expect(
      PieceTable(of: content(40000), pieceSize: .leaf, hashes: [digests[0]], root: nil) == nil)
    #expect(PieceTable(of: content(32768), pieceSize: .leaf, hashes: digests, root: nil) == nil)
  }

  @Test("a single piece has the file's own hash")
  func single() {
    #expect(PieceTable(of: content(7), pieceSize: .leaf, hashes: [digests[1]], root: nil) == nil)
    #expect(PieceTable(of: content(7), pieceSize: .leaf, hashes: [digests[0]], root: nil) != nil)
  }

  @Test("without published pieces a file of any size is one")
  func whole() {
    let table = PieceTable(whole: content(1 << 32))
    #expect(table.count == 1)
    #expect(table.range(of: 0) == 0..<(1 << 32))
    #expect(table.hashes == [digests[0]])
    #expect(!table.isPublished)
  }

  @Test("an empty file has no pieces")
  func empty() {
    #expect(PieceTable(whole: content(0)).count == 0)
  }

  @Test("numbers and pieces lead to each other")
  func numbering() throws {
    let id = try #require(TorrentID(bytes: [UInt8](repeating: 1, count: 20)))
    let torrent = ReleasedTorrent(
      id: id, architecture: "all", generation: 1, floor: PieceNumber(0), next: PieceNumber(9),
      live: 9,
      created: ArchiveDate(seconds: 0))
    let numbers = try #require(PieceNumberRange(first: PieceNumber(4), count: 3))
    let numbering = PieceNumbering(torrent: torrent, numbers: numbers)
    #expect(numbering.number(of: 2) == PieceNumber(6))
    #expect(numbering.index(of: PieceNumber(6)) == 2)
    #expect(numbering.index(of: PieceNumber(3)) == nil)
    #expect(numbering.index(of: PieceNumber(7)) == nil)
  }
}
