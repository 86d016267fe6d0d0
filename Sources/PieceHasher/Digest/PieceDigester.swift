// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// All digests of pieces whose bytes arrive in order, reused from one piece to the next.
package struct PieceDigester: ~Copyable {
  private var engine: DigestEngine
  private var tree: MerkleTree
  /// The leaves of one call into the engine; longer chunks are cut.
  private let leaves: UnsafeMutableBufferPointer<SHA256Digest>

  /// Makes the contexts and buffers of one worker.
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses an algorithm.
  package init() throws(ArchiveError) {
    engine = try DigestEngine()
    tree = MerkleTree(using: &engine)
    leaves = .allocate(capacity: 64)
    leaves.initialize(repeating: .zero)
  }

  deinit { leaves.deallocate() }

  /// Takes the next bytes of the piece: whole leaves of 16 KiB, but at the end of the file.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) { update(bytes, into: .piece) }

  /// The digests of the piece; the next may begin.
  ///
  /// The subtree is as high as `pieceSize` makes it, which is BEP 52's rule for files of several
  /// pieces. The tree of a file that fits one piece is as high as its leaves need.
  package mutating func finish(pieceSize: PieceSize) -> PieceDigests {
    finishPiece(.piece, height: MerkleTree.height(of: pieceSize))
  }

  mutating func update(_ bytes: UnsafeRawBufferPointer, into chains: DigestChains) {
    let step = leaves.count * leafLength
    for start in stride(from: 0, to: bytes.count, by: step) {
      let part = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + step, bytes.count)])
      engine.absorb(part, into: chains, leaves: leaves)
      guard chains.contains(.leaves) else { continue }
      for leaf in leaves[..<((part.count + leafLength - 1) / leafLength)] {
        tree.append(leaf, using: &engine)
      }
    }
  }

  /// Ends a piece of which `chains` were computed. Where its SHA-256 was not, the piece is a
  /// single leaf, whose digest is the same.
  mutating func finishPiece(_ chains: DigestChains, height: Int) -> PieceDigests {
    let subtree = tree.finish(height: height, using: &engine)
    return PieceDigests(
      sha256: chains.contains(.pieceSHA256) ? engine.finishPieceSHA256() : subtree,
      sha1: engine.finishPieceSHA1(), subtree: subtree)
  }

  /// The digest of the whole file; the next may begin.
  mutating func finishFile() -> SHA256Digest { engine.finishFile() }

  /// The root over the subtrees of a file's pieces, each of `height`.
  mutating func root(over pieces: [PieceDigests], height: Int) -> SHA256Digest {
    for piece in pieces { tree.append(piece.subtree, using: &engine) }
    return tree.finish(
      height: MerkleTree.height(over: UInt64(pieces.count)), base: height, using: &engine)
  }

  /// Forgets what a file or piece given up in its middle has left behind.
  mutating func reset() {
    engine.reset()
    tree.reset()
  }
}
