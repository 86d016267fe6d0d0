// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@Suite("Numbers and sizes")
struct NumberTests {
  @Test("a range of piece numbers is written as one number or two")
  func rangeText() {
    #expect(PieceNumberRange(first: PieceNumber(4711), count: 1)?.description == "4711")
    #expect(PieceNumberRange(first: PieceNumber(4711), count: 3)?.description == "4711-4713")
  }

  @Test("a range of piece numbers is not empty and stays in 32 bits")
  func rangeBounds() {
    let last = PieceNumber(.max)
    #expect(PieceNumberRange(first: last, count: 0) == nil)
    #expect(PieceNumberRange(first: last, count: 1)?.count == 1)
    #expect(PieceNumberRange(first: last, count: 2) == nil)
    #expect(PieceNumberRange(first: PieceNumber(1), count: .max)?.last == last)
  }

  @Test("a piece size is a power of two from 16 KiB on")
  func pieceSizes() {
    #expect(PieceSize(rawValue: 16 << 10) == .leaf)
    let sizes: [UInt64] = [0, 1, 8 << 10, (16 << 10) + 1, 48 << 10, 1 << 53, .max]
    for size in sizes {
      #expect(PieceSize(rawValue: size) == nil)
    }
  }

  @Test("a file's piece size doubles until 2048 pieces suffice")
  func pieceSizeOfFile() {
    let base = PieceSize.leaf
    #expect(PieceSize.forFile(of: .zero, base: base) == base)
    let most = ByteCount(2048 * (16 << 10))
    #expect(PieceSize.forFile(of: most, base: base) == base)
    let more = ByteCount(most.rawValue + 1)
    #expect(PieceSize.forFile(of: more, base: base).rawValue == 32 << 10)
  }

  @Test("pieces are counted upwards, and an empty file has none")
  func pieceCount() {
    #expect(PieceSize.leaf.pieceCount(of: .zero) == 0)
    #expect(PieceSize.leaf.pieceCount(of: ByteCount(1)) == 1)
    #expect(PieceSize.leaf.pieceCount(of: ByteCount(16 << 10)) == 1)
    #expect(PieceSize.leaf.pieceCount(of: ByteCount((16 << 10) + 1)) == 2)
  }

  @Test("a torrent id is the first 20 bytes of its header's digest")
  func torrentID() throws {
    let digest = try #require(SHA256Digest((0..<32).map { UInt8($0) }))
    let id = TorrentID(headerDigest: digest)
    #expect(id.bytes == (0..<20).map { UInt8($0) })
    #expect(TorrentID(hex: id.description) == id)
    #expect(TorrentID(hex: String(id.description.dropLast(2))) == nil)
    #expect(TorrentID(hex: "x" + id.description.dropFirst()) == nil)
  }
}

@Suite("An error")
struct ArchiveErrorTests {
  @Test("is one line of place, reason and advice")
  func text() {
    let place = ArchiveError.Place(file: "Packages", line: 3, offset: 40)
    let error = ArchiveError(.data, "no Size", at: place, advice: "sync again")
    #expect(error.description == "Packages:3 (byte 40): no Size; sync again")
    #expect(ArchiveError(.io, "gone").description == "gone")
    #expect(ArchiveError.Place(file: "f").description == "f")
  }
}
