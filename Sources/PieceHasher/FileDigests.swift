// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// All digests of one file, from one read of it.
package struct FileDigests: Hashable, Sendable {
  package let size: ByteCount
  /// Of the whole file.
  package let sha256: SHA256Digest
  package let pieceSize: PieceSize
  /// 32 bytes a piece; a single-piece file's is `sha256`. Empty for an empty file.
  package let sha256Pieces: [UInt8]
  /// 20 bytes a piece, as BEP 3's `pieces`. Empty for an empty file.
  package let sha1Pieces: [UInt8]
  /// 32 bytes a piece, as an entry of BEP 52's `piece layers`; empty unless the file has several
  /// pieces.
  package let pieceLayer: [UInt8]
  /// BEP 52's `pieces root`; an empty file has none.
  package let piecesRoot: SHA256Digest?

  /// How many pieces.
  package var pieceCount: Int { sha1Pieces.count / SHA1Digest.byteCount }

  init(
    _ plan: PiecePlan, sha256: SHA256Digest, pieces: [PieceDigests], piecesRoot: SHA256Digest?
  ) {
    size = plan.size
    self.sha256 = sha256
    pieceSize = plan.pieceSize
    self.piecesRoot = piecesRoot
    sha256Pieces = Self.join(pieces, SHA256Digest.byteCount) { piece, output in
      piece.sha256.withUnsafeBytes { output.append(contentsOf: $0) }
    }
    sha1Pieces = Self.join(pieces, SHA1Digest.byteCount) { piece, output in
      piece.sha1.withUnsafeBytes { output.append(contentsOf: $0) }
    }
    pieceLayer = Self.join(pieces.count > 1 ? pieces : [], SHA256Digest.byteCount) {
      piece, output in
      piece.subtree.withUnsafeBytes { output.append(contentsOf: $0) }
    }
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
