// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PeerWire
import Testing

/// The leaves of a piece and their proof, for trees computed in the plainest way.
struct HashProofTests {
  /// All layers of the tree over `leaves` digests, padded with zeros (BEP 52), from below.
  private func layers(_ leaves: Int) throws -> [[SHA256Digest]] {
    var width = 1
    while width < leaves { width *= 2 }
    var layer = try (0..<width).map { index in
      index < leaves ? try SHA256Digest.hashing([UInt8(index & 0xFF), 1]) : SHA256Digest.zero
    }
    var layers = [layer]
    while layer.count > 1 {
      layer = try stride(from: 0, to: layer.count, by: 2).map {
        try SHA256Digest.hashing(layer[$0].bytes + layer[$0 + 1].bytes)
      }
      layers.append(layer)
    }
    return layers
  }

  private func answer(_ range: HashRange, _ layers: [[SHA256Digest]]) -> [UInt8] {
    let first = Int(range.index)
    var hashes = layers[Int(range.layer)][first..<first + Int(range.count)].flatMap(\.bytes)
    var index = first / Int(range.count)
    var layer = Int(range.layer) + range.count.trailingZeroBitCount
    for _ in 0..<range.uncleCount {
      hashes += layers[layer][index ^ 1].bytes
      index /= 2
      layer += 1
    }
    return hashes
  }

  @Test(arguments: [2, 3, 31, 32, 33, 64, 100, 2_000], [32 << 10, 512 << 10] as [UInt64])
  func `The leaves of each piece prove the root`(leaves: Int, pieceSize: UInt64) throws {
    let layers = try layers(leaves)
    let root = try #require(layers.last?.first)
    let size = ByteCount(UInt64(leaves) * (16 << 10) - 5)
    let pieceSize = try #require(PieceSize(rawValue: pieceSize))
    var digest = try StreamDigest(.sha256)
    for piece in 0..<pieceSize.pieceCount(of: size) {
      let range = try #require(
        HashProof.leaves(root: root, size: size, pieceSize: pieceSize, piece: piece))
      var hashes = answer(range, layers)
      #expect(hashes.withUnsafeBytes { HashProof.root(of: range, $0, &digest) } == root)
      hashes[hashes.count - 1] ^= 1
      #expect(hashes.withUnsafeBytes { HashProof.root(of: range, $0, &digest) } != root)
      hashes.removeLast()
      #expect(hashes.withUnsafeBytes { HashProof.root(of: range, $0, &digest) } == nil)
    }
  }

  @Test func `A file of one leaf has nothing to be asked for`() throws {
    let size = ByteCount(16 << 10)
    #expect(
      HashProof.leaves(root: .zero, size: size, pieceSize: .defaultBase, piece: 0) == nil)
  }

  @Test
  func `Pieces beyond the file, or with more leaves than a request may have, are not asked for`()
    throws
  {
    let size = ByteCount(1 << 30)
    #expect(
      HashProof.leaves(root: .zero, size: size, pieceSize: .defaultBase, piece: 2_048) == nil)
    let large = try #require(PieceSize(rawValue: 16 << 20))
    #expect(HashProof.leaves(root: .zero, size: size, pieceSize: large, piece: 0) == nil)
  }
}
