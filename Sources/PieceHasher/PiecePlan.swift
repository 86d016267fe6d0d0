// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// How one file is cut into pieces, and which digests it needs.
struct PiecePlan: Sendable {
  let size: ByteCount
  let pieceSize: PieceSize
  /// None for an empty file.
  let pieceCount: Int
  let hashes: PieceHashes
  /// What is computed over the file. A digest that equals another is left out: the SHA-256 of a
  /// single-piece file is its piece's, that of a piece of one leaf is the leaf's.
  let chains: DigestChains
  /// Height of the tree over a piece's leaves: as the piece size makes it, but in a single-piece
  /// file only as high as its leaves need (BEP 52).
  let pieceHeight: Int

  /// Cuts a file of `size` in a torrent whose base piece size is `base`.
  init(size: ByteCount, base: PieceSize, hashes: PieceHashes = .all) {
    self.size = size
    self.hashes = hashes
    pieceSize = PieceSize.forFile(of: size, base: base)
    pieceCount = Int(pieceSize.pieceCount(of: size))
    pieceHeight =
      pieceCount == 1
      ? MerkleTree.height(over: (size.rawValue - 1) / PieceSize.leaf.rawValue + 1)
      : MerkleTree.height(of: pieceSize)
    // What is asked of a piece, beside what the whole file asks of its only one.
    let file = hashes.contains(.file)
    let single = pieceCount == 1
    let sha256 = single && file || pieceCount > 0 && hashes.contains(.sha256)
    var chains: DigestChains = file && !single ? [.file] : []
    if sha256, pieceHeight > 0 { chains.insert(.pieceSHA256) }
    if sha256, pieceHeight == 0 { chains.insert(.leaves) }
    if pieceCount > 0, hashes.contains(.btmh) { chains.insert(.leaves) }
    if pieceCount > 0, hashes.contains(.sha1) { chains.insert(.pieceSHA1) }
    self.chains = chains
  }

  /// Where piece `index` begins.
  func offset(of index: Int) -> UInt64 { UInt64(index) * pieceSize.rawValue }

  /// How long piece `index` is: the piece size, but for the last.
  func length(of index: Int) -> UInt64 {
    min(pieceSize.rawValue, size.rawValue - offset(of: index))
  }
}
