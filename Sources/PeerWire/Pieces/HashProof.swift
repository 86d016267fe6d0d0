// SPDX-License-Identifier: Apache-2.0

public import ArchiveFiles
public import ArchiveModel

/// The arithmetic of an answer to a hash request (BEP 52).
public enum HashProof {
  /// The root that follows from the nodes and uncle hashes in the answer to `range`.
  ///
  /// - Parameters:
  ///   - range: what was asked for.
  ///   - hashes: the nodes of `range` and after them the uncle hashes, from below.
  ///   - digest: of SHA-256, between two digests.
  /// - Returns: nil unless there are as many hashes as there must be.
  public static func root(
    of range: HashRange, _ hashes: UnsafeRawBufferPointer, _ digest: inout StreamDigest
  ) -> SHA256Digest? {
    let count = Int(range.count)
    guard count > 0, count.nonzeroBitCount == 1,
      hashes.count == 32 * (count + range.uncleCount)
    else { return nil }
    var nodes = Array(hashes[..<(32 * count)])
    while nodes.count > 32 { fold(&nodes, &digest) }
    var index = range.index >> UInt32(count.trailingZeroBitCount)
    for uncle in 0..<range.uncleCount {
      let start = 32 * (count + uncle)
      let hash = hashes[start..<start + 32]
      // An odd node has its sibling before it.
      nodes = index & 1 == 0 ? nodes + hash : hash + nodes
      fold(&nodes, &digest)
      index >>= 1
    }
    return index == 0 ? SHA256Digest(nodes) : nil
  }

  private static func fold(_ nodes: inout [UInt8], _ digest: inout StreamDigest) {
    let count = nodes.count / 64
    nodes.withUnsafeMutableBytes { buffer in
      for index in 0..<count {
        digest.update(UnsafeRawBufferPointer(rebasing: buffer[index * 64..<index * 64 + 64]))
        digest.finish(
          into: UnsafeMutableRawBufferPointer(rebasing: buffer[index * 32..<index * 32 + 32]))
      }
    }
    nodes.removeLast(count * 32)
  }

  /// What to ask for, to know every 16 KiB leaf of a piece of a file: its leaves, and all uncle hashes
  /// up to the root.
  ///
  /// - Parameters:
  ///   - root: the root of the file's tree.
  ///   - size: of the file in bytes.
  ///   - pieceSize: of the file's pieces.
  ///   - piece: which piece of the file, from 0.
  ///   - limits: what may be asked for.
  /// - Returns: nil where the piece has one leaf, for its own digest is as good, and where it has more
  ///   than may be asked for.
  public static func leaves(
    root: SHA256Digest, size: ByteCount, pieceSize: PieceSize, piece: UInt32,
    limits: WireLimits = WireLimits()
  ) -> HashRange? {
    let leaf = PieceSize.leaf.rawValue
    let leaves = (size.rawValue + leaf - 1) / leaf
    guard leaves > 1, leaves <= 1 << 31 else { return nil }
    let height = UInt32(64 - (leaves - 1).leadingZeroBitCount)
    let perPiece = min(pieceSize.rawValue / leaf, 1 << UInt64(height))
    guard perPiece > 1, perPiece <= UInt64(limits.hashes), UInt64(piece) * perPiece < leaves else {
      return nil
    }
    return HashRange(
      root: root, layer: 0, index: piece * UInt32(perPiece), count: UInt32(perPiece),
      proofLayers: height - 1)
  }
}
