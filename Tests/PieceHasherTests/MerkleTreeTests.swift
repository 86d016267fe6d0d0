// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Testing

@testable import PieceHasher

@Suite("BEP 52 hash tree")
struct MerkleTreeTests {
  @Test("The height is that of the next power of two")
  func heights() {
    let heights = [1, 2, 3, 4, 5, 8, 9, 1024, 1025].map { MerkleTree.height(over: $0) }
    #expect(heights == [0, 1, 2, 2, 3, 3, 4, 10, 11])
  }

  @Test("It equals the tree built level by level", arguments: 1...17, 0...2)
  func levelByLevel(count: Int, higher: Int) throws {
    let leaves = try (0..<count).map { try SHA256Digest.hashing([UInt8($0)]) }
    let height = MerkleTree.height(over: UInt64(count)) + higher
    #expect(try root(leaves, height: height) == reference(leaves, height: height, pad: .zero))
  }

  @Test("A layer is padded with the roots of empty subtrees", arguments: 1...9)
  func layer(count: Int) throws {
    let leaves = try (0..<count * 4).map { try SHA256Digest.hashing([UInt8($0)]) }
    let layer = try stride(from: 0, to: leaves.count, by: 4).map {
      try reference(Array(leaves[$0..<$0 + 4]), height: 2, pad: .zero)
    }
    let height = MerkleTree.height(over: UInt64(count))
    #expect(
      try root(layer, height: height, base: 2)
        == reference(leaves, height: height + 2, pad: .zero))
  }

  private func root(_ nodes: [SHA256Digest], height: Int, base: Int = 0) throws -> SHA256Digest {
    var tree = MerkleTree()
    // What was forgotten must not show.
    tree.append(.zero)
    tree.reset()
    for node in nodes { tree.append(node) }
    return tree.finish(height: height, base: base)
  }

  private func reference(
    _ leaves: [SHA256Digest], height: Int, pad: SHA256Digest
  ) throws -> SHA256Digest {
    var level = leaves + Array(repeating: pad, count: (1 << height) - leaves.count)
    while level.count > 1 {
      level = try stride(from: 0, to: level.count, by: 2).map {
        try SHA256Digest.hashing(level[$0].bytes + level[$0 + 1].bytes)
      }
    }
    return level[0]
  }
}
