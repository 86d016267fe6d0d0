// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Ledger
import PeerWire
import Seeder
import Testing

@Suite("Answers to hash requests (BEP 52)")
struct HashTreeTests {
  @Test("nodes and uncles are those of the whole padded tree", arguments: HashAnswerVectors.files)
  func answers(_ file: HashAnswerVectors.File) throws {
    let tree = try Self.tree(file)
    for expected in file.answers {
      let query = HashTree.Query(
        level: expected.level, first: expected.first, count: expected.count,
        proofLevels: expected.proofLevels)
      #expect(tree.canAnswer(query, limit: 512), "\(query)")
      let below = try tree.piece(for: query).map { try Self.below(tree, $0, file.content) }
      let answer = tree.answer(query, below: below ?? nil)
      // Where a piece is padding alone, so are its nodes.
      if tree.piece(for: query).map({ tree.bytes(ofPiece: $0) == nil }) == true { continue }
      #expect(answer.count == expected.length, "\(query)")
      let digest = try SHA256Digest.hashing(answer).description
      #expect(digest.hasPrefix(expected.digest), "\(query)")
    }
  }

  @Test("a layer that does not lead to the root is the ledger's damage")
  func damagedLayer() throws {
    let file = try #require(HashAnswerVectors.files.first)
    var layer = try Self.layer(file)
    layer[40] ^= 1
    #expect(throws: ArchiveError.self) { try HashTree(Self.stored(file, layer: layer)) }
  }

  @Test(
    "requests that no tree has are refused",
    arguments: [
      HashTree.Query(level: 0, first: 0, count: 1, proofLevels: 0),
      HashTree.Query(level: 0, first: 0, count: 0, proofLevels: 0),
      HashTree.Query(level: 0, first: 0, count: 3, proofLevels: 0),
      HashTree.Query(level: 0, first: 1, count: 2, proofLevels: 0),
      HashTree.Query(level: 0, first: 32, count: 2, proofLevels: 0),
      HashTree.Query(level: 0, first: .max - 1, count: 2, proofLevels: 0),
      HashTree.Query(level: 0, first: 0, count: 8, proofLevels: 0),
      HashTree.Query(level: 0, first: 0, count: 2, proofLevels: 5),
      HashTree.Query(level: 0, first: 0, count: 2, proofLevels: -1),
      HashTree.Query(level: 5, first: 0, count: 2, proofLevels: 0),
      HashTree.Query(level: -1, first: 0, count: 2, proofLevels: 0),
      HashTree.Query(level: 2, first: 0, count: 1 << 40, proofLevels: 0),
    ])
  func refused(_ query: HashTree.Query) throws {
    let tree = try Self.tree(try #require(HashAnswerVectors.files.first))
    #expect(!tree.canAnswer(query, limit: 512))
  }

  @Test("no more nodes than the limit")
  func limit() throws {
    let tree = try Self.tree(try #require(HashAnswerVectors.files.first))
    let query = HashTree.Query(level: 2, first: 0, count: 8, proofLevels: 0)
    #expect(tree.canAnswer(query, limit: 8))
    #expect(!tree.canAnswer(query, limit: 4))
  }

  private static func tree(_ file: HashAnswerVectors.File) throws -> HashTree {
    let layer = try layer(file)
    #expect(try SHA256Digest.hashing(layer).description == file.layer)
    return try HashTree(stored(file, layer: layer))
  }

  private static func stored(
    _ file: HashAnswerVectors.File, layer: [UInt8]
  ) throws -> StoredContent {
    StoredContent(
      content: ContentID(sha256: .zero, size: ByteCount(UInt64(file.size))),
      firstRelease: ArchiveDate(seconds: 0),
      digests: ContentDigests(
        root: try #require(SHA256Digest(hex: file.root)),
        pieceSize: try #require(PieceSize(rawValue: file.pieceSize)), sha256Pieces: [],
        sha1Pieces: [], layer: layer))
  }

  /// The roots of the pieces; nothing of a single one.
  private static func layer(_ file: HashAnswerVectors.File) throws -> [UInt8] {
    let size = Int(file.pieceSize)
    guard file.size > size else { return [] }
    let height = (size / 16384).trailingZeroBitCount
    return try stride(from: 0, to: file.size, by: size).flatMap { start in
      let piece = file.content[start..<min(file.size, start + size)]
      return try MerkleLevels(leaves(Array(piece)), base: 0, height: height).root.bytes
    }
  }

  private static func below(
    _ tree: HashTree, _ piece: UInt64, _ content: [UInt8]
  ) throws -> MerkleLevels? {
    guard let range = tree.bytes(ofPiece: piece) else { return nil }
    let bytes = Array(content[Int(range.lowerBound)..<Int(range.upperBound)])
    return try MerkleLevels(leaves(bytes), base: 0, height: tree.layer.base)
  }

  private static func leaves(_ bytes: [UInt8]) throws -> [UInt8] {
    try stride(from: 0, to: bytes.count, by: 16384).flatMap { start in
      try SHA256Digest.hashing(Array(bytes[start..<min(bytes.count, start + 16384)])).bytes
    }
  }
}
