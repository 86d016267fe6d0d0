// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing
import TorrentMetadata

@Suite("A piece layer")
struct PieceLayerTests {
  private let sizes = [16385, 32768, 32769, 5 * 16384 + 1, 200_000]

  @Test("has the root of the file it was made of")
  func root() throws {
    var layers = try PieceLayer()
    for size in sizes {
      let file = TestFile("a", size)
      #expect(
        try layers.root(of: file.layer(length: 16384), pieceSize: .leaf) == file.root())
    }
  }

  @Test("is raised to that of larger pieces")
  func raised() throws {
    var layers = try PieceLayer()
    for size in sizes {
      let file = TestFile("a", size)
      for factor in [1, 2, 4, 64] {
        let larger = try #require(PieceSize(rawValue: UInt64(factor) << 14))
        #expect(
          try layers.raised(file.layer(length: 16384), from: .leaf, to: larger)
            == file.layer(length: factor << 14))
      }
    }
  }

  @Test("is not lowered")
  func lowered() throws {
    var layers = try PieceLayer()
    let double = try #require(PieceSize(rawValue: 32 << 10))
    #expect(layers.raised([], from: double, to: .leaf) == nil)
  }

  @Test("has whole nodes")
  func whole() throws {
    var layers = try PieceLayer()
    #expect(layers.root(of: [], pieceSize: .leaf) == nil)
    #expect(layers.root(of: Array(repeating: 0, count: 33), pieceSize: .leaf) == nil)
  }
}
