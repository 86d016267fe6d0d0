// SPDX-License-Identifier: Apache-2.0

private import ArchiveFiles
public import ArchiveModel

/// Computes with the piece layers of BEP 52: one 32-byte node of a file's hash tree for each piece.
public struct PieceLayer: ~Copyable {
  private var digest: StreamDigest
  /// At `k` the root over 2^k leaves of zeros, as far as it was needed.
  private var padding: [SHA256Digest] = [.zero]

  /// Prepares the arithmetic, to be used for any number of layers.
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses SHA-256.
  public init() throws(ArchiveError) { digest = try StreamDigest(.sha256) }

  /// The root of a file whose layer for pieces of `pieceSize` is `layer`.
  public mutating func root(of layer: some Collection<UInt8>, pieceSize: PieceSize) -> SHA256Digest?
  {
    var nodes = Array(layer)
    guard !nodes.isEmpty, nodes.count.isMultiple(of: 32) else { return nil }
    var level =
      pieceSize.rawValue.trailingZeroBitCount - PieceSize.leaf.rawValue.trailingZeroBitCount
    while nodes.count > 32 {
      fold(&nodes, level: level)
      level += 1
    }
    return SHA256Digest(nodes)
  }

  /// The layer of the same file for pieces of `larger` instead of `pieceSize`; nil when they are
  /// smaller, because a tree is known only from its layer up.
  ///
  /// A layer of one node is the root: the file is a single piece then and has no layer.
  public mutating func raised(
    _ layer: [UInt8], from pieceSize: PieceSize, to larger: PieceSize
  ) -> [UInt8]? {
    guard larger >= pieceSize, layer.count.isMultiple(of: 32) else { return nil }
    var nodes = layer
    let leaf = PieceSize.leaf.rawValue.trailingZeroBitCount
    for bit in pieceSize.rawValue.trailingZeroBitCount..<larger.rawValue.trailingZeroBitCount
    where !nodes.isEmpty {
      fold(&nodes, level: bit - leaf)
    }
    return nodes.count > 32 ? nodes : []
  }

  /// Replaces pairs of nodes by the nodes above them.
  private mutating func fold(_ nodes: inout [UInt8], level: Int) {
    if !nodes.count.isMultiple(of: 64) { nodes += zeros(level).bytes }
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

  private mutating func zeros(_ level: Int) -> SHA256Digest {
    while padding.count <= level {
      let below = padding[padding.count - 1]
      for _ in 0..<2 { below.withUnsafeBytes { digest.update($0) } }
      padding.append(digest.finishSHA256())
    }
    return padding[level]
  }
}
