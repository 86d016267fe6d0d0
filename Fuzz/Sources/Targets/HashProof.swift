// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PeerWire
import SwarmClient

@testable import SwarmClient

/// An answer to a hash request: its range in 16 bytes, and hashes. And what others ask of our own.
func fuzzHashProof(_ bytes: [UInt8]) {
  guard bytes.count >= 16, var digest = try? StreamDigest(.sha256) else { return }
  func number(_ offset: Int) -> UInt32 {
    bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
  let range = HashRange(
    root: .zero, layer: number(0), index: number(4), count: number(8), proofLayers: number(12))
  let hashes = Array(bytes[16...])
  if range.isSound(WireLimits()) {
    let root = exactly(hashes) { HashProof.root(of: range, $0, &digest) }
    demand(
      root == nil || hashes.count == 32 * (Int(range.count) + range.uncleCount),
      "a root of too few hashes")
  }
  ownLeaves(range, &digest)
}

/// A file of five pieces of 32 KiB, of which the first is not there yet.
private func ownLeaves(_ range: HashRange, _ digest: inout StreamDigest) {
  guard let size = PieceSize(rawValue: 32 << 10), let path = try? ArchivePath("pool/a.deb") else {
    return
  }
  let content = ContentID(sha256: .zero, size: ByteCount(5 * 32768 - 7))
  let file = PackageFile(
    package: "a", version: "1", architecture: "amd64", path: path, content: content,
    pieces: PieceTable(
      of: content, pieceSize: size, hashes: [SHA256Digest](repeating: .zero, count: 5),
      root: .zero))
  var proofs = LeafProofs([file])
  let piece = [UInt8](repeating: 1, count: 32768)
  let leaves = piece.withUnsafeBytes { LeafProofs.leaves(of: $0, &digest) }
  for index in 1..<5 { proofs.keep(leaves, of: PieceKey(file: 0, piece: index)) }
  proofs.fileIsComplete(0)
  guard let key = proofs.key(of: range) else { return }
  demand((0..<5).contains(key.piece), "a piece that is not there")
  _ = proofs.lacking(range, of: key)
  let answer = try? proofs.answer(range, of: key)
  demand(answer?.isEmpty != true, "an empty answer")
}
