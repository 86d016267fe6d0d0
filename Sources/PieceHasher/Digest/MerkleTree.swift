// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// A hash tree of BEP 52, grown from the left, that remembers one node a level.
///
/// Its memory is the tree's height, so the leaves of a file of any size can pass through it. The
/// tree is padded to a power of two with leaves of 32 zero bytes, or, where what is appended are
/// roots of subtrees themselves (a piece layer), with the roots of such subtrees of zero leaves.
struct MerkleTree {
  /// Enough for the largest piece (2^52 bytes, 38 levels) and a layer of 2^25 such pieces.
  static let maximumHeight = 63

  /// At `k` the root over 2^k zero leaves.
  private let padding: [SHA256Digest]
  /// At `k` the root of a complete subtree of 2^k that waits for its right sibling; it is there
  /// when bit `k` of `count` is set.
  private var nodes: [SHA256Digest]
  /// How many were appended.
  private var count: UInt64 = 0

  init(using engine: inout DigestEngine) {
    var zeros = [SHA256Digest.zero]
    for _ in 1...Self.maximumHeight {
      let below = zeros[zeros.count - 1]
      zeros.append(engine.node(below, below))
    }
    padding = zeros
    nodes = Array(repeating: .zero, count: Self.maximumHeight + 1)
  }

  /// How high a tree over `count` leaves is.
  static func height(over count: UInt64) -> Int {
    count <= 1 ? 0 : UInt64.bitWidth - (count - 1).leadingZeroBitCount
  }

  /// How high the tree over a full piece's leaves is.
  static func height(of pieceSize: PieceSize) -> Int {
    height(over: pieceSize.rawValue / PieceSize.leaf.rawValue)
  }

  /// Adds the next leaf (or root of a subtree).
  mutating func append(_ leaf: SHA256Digest, using engine: inout DigestEngine) {
    var node = leaf
    var level = 0
    while count & (1 << UInt64(level)) != 0 {
      node = engine.node(nodes[level], node)
      level += 1
    }
    nodes[level] = node
    count += 1
  }

  /// The root of the tree of `height`, padded; the tree is empty again.
  ///
  /// `base` is the height of the subtrees whose roots were appended: 0 for leaves.
  mutating func finish(
    height: Int, base: Int = 0, using engine: inout DigestEngine
  ) -> SHA256Digest {
    precondition(count > 0 && count <= 1 << UInt64(height), "the tree does not hold its leaves")
    defer { count = 0 }
    var right: SHA256Digest?
    for level in 0..<height {
      if count & (1 << UInt64(level)) != 0 {
        right = engine.node(nodes[level], right ?? padding[base + level])
      } else if let left = right {
        right = engine.node(left, padding[base + level])
      }
    }
    return right ?? nodes[height]
  }

  /// Forgets what was appended.
  mutating func reset() { count = 0 }
}
