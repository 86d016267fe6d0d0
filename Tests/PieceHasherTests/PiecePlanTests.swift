// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import PieceHasher

@Suite("How a file is cut")
struct PiecePlanTests {
  private func plan(
    _ size: UInt64, base: UInt64 = 512 << 10, _ hashes: PieceHashes = .all
  ) throws -> PiecePlan {
    PiecePlan(size: ByteCount(size), base: try #require(PieceSize(rawValue: base)), hashes: hashes)
  }

  @Test("An empty file has no pieces, only its own digest")
  func empty() throws {
    let plan = try plan(0)
    #expect(plan.pieceCount == 0)
    #expect(plan.chains == .file)
  }

  @Test("A file of one leaf is hashed once by each algorithm", arguments: [1, 16384])
  func oneLeaf(size: UInt64) throws {
    #expect(try plan(size).chains == [.leaves, .pieceSHA1])
    #expect(try plan(size).pieceHeight == 0)
  }

  @Test("The SHA-256 of a single piece is the file's; its tree is as high as needed")
  func singlePiece() throws {
    #expect(try plan(16385).chains == [.pieceSHA256, .pieceSHA1, .leaves])
    #expect(try plan(16385).pieceHeight == 1)
    #expect(try plan(512 << 10).chains == [.pieceSHA256, .pieceSHA1, .leaves])
    #expect(try plan(512 << 10).pieceHeight == 5)
  }

  @Test("Where a leaf is a piece, its SHA-256 is the leaf's")
  func leafPieces() throws {
    let plan = try plan(40_000, base: 16 << 10)
    #expect(plan.chains == [.file, .leaves, .pieceSHA1])
    #expect((0..<plan.pieceCount).map(plan.length) == [16384, 16384, 7232])
  }

  @Test("Several pieces take every digest; the last is the rest")
  func severalPieces() throws {
    let plan = try plan((1 << 20) + 1)
    #expect(plan.chains == [.file, .leaves, .pieceSHA1, .pieceSHA256])
    #expect(plan.pieceHeight == 5)
    #expect((0..<plan.pieceCount).map(plan.offset) == [0, 1 << 19, 1 << 20])
    #expect((0..<plan.pieceCount).map(plan.length) == [1 << 19, 1 << 19, 1])
  }

  @Test(
    "What is not asked for is not computed",
    arguments: [
      (PieceHashes.sha1, [DigestChains.pieceSHA1, .pieceSHA1, .pieceSHA1]),
      ([.file], [.leaves, .pieceSHA256, .file]),
      ([.sha256], [.leaves, .pieceSHA256, .pieceSHA256]),
      ([.btmh], [.leaves, .leaves, .leaves]),
      (
        [.file, .sha1], [[.leaves, .pieceSHA1], [.pieceSHA256, .pieceSHA1], [.file, .pieceSHA1]]
      ),
    ] as [(PieceHashes, [DigestChains])])
  func selection(hashes: PieceHashes, chains: [DigestChains]) throws {
    // One leaf, one piece, several pieces.
    #expect(try [1, 16385, 1 << 20].map { try plan($0, hashes).chains } == chains)
  }
}
