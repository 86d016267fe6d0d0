// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// All digests of one file, from one read of it.
package struct FileDigests: Hashable, Sendable {
  package let size: ByteCount
  /// Of the whole file; zeros where it was not asked for.
  package let sha256: SHA256Digest
  package let pieceSize: PieceSize
  /// How many pieces; an empty file has none.
  package let pieceCount: Int
  /// 32 bytes a piece; a single-piece file's is `sha256`. Like what follows, empty where it was not
  /// asked for.
  package let sha256Pieces: [UInt8]
  /// 20 bytes a piece, as BEP 3's `pieces`.
  package let sha1Pieces: [UInt8]
  /// 32 bytes a piece, as an entry of BEP 52's `piece layers`; empty too unless the file has
  /// several pieces.
  package let pieceLayer: [UInt8]
  /// BEP 52's `pieces root`; an empty file has none.
  package let piecesRoot: SHA256Digest?

  /// Joins the digests of all pieces of a file.
  init(_ plan: PiecePlan, sha256: SHA256Digest, pieces: [PieceDigests]) {
    size = plan.size
    self.sha256 = sha256
    pieceSize = plan.pieceSize
    pieceCount = pieces.count
    let tree = plan.hashes.contains(.btmh)
    piecesRoot = tree ? Self.root(over: pieces, height: plan.pieceHeight) : nil
    sha256Pieces = Self.join(plan.hashes.contains(.sha256) ? pieces : [], SHA256Digest.byteCount) {
      piece, output in
      piece.sha256.withUnsafeBytes { output.append(contentsOf: $0) }
    }
    sha1Pieces = Self.join(plan.hashes.contains(.sha1) ? pieces : [], SHA1Digest.byteCount) {
      piece, output in
      piece.sha1.withUnsafeBytes { output.append(contentsOf: $0) }
    }
    pieceLayer = Self.join(tree && pieces.count > 1 ? pieces : [], SHA256Digest.byteCount) {
      piece, output in
      piece.subtree.withUnsafeBytes { output.append(contentsOf: $0) }
    }
  }

  /// A single piece is the file, and so is its tree.
  private static func root(over pieces: [PieceDigests], height: Int) -> SHA256Digest? {
    guard pieces.count > 1 else { return pieces.first?.subtree }
    var tree = MerkleTree()
    for piece in pieces { tree.append(piece.subtree) }
    return tree.finish(height: MerkleTree.height(over: UInt64(pieces.count)), base: height)
  }

  private static func join(
    _ pieces: [PieceDigests], _ length: Int, _ append: (PieceDigests, inout [UInt8]) -> Void
  ) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(pieces.count * length)
    for piece in pieces { append(piece, &output) }
    return output
  }
}
