// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import CPieceHash

/// A hash tree of BEP 52, grown from the left, that remembers one node a level.
///
/// Its memory is the tree's height, so the leaves of a file of any size can pass through it. The
/// tree is padded to a power of two with leaves of 32 zero bytes, or, where what is appended are
/// roots of subtrees themselves (a piece layer), with the roots of such subtrees of zero leaves.
struct MerkleTree {
  /// Enough for the largest piece (2^52 bytes, 38 levels) and a layer of 2^25 such pieces.
  static let maximumHeight = 63

  /// At `k` the root over 2^k zero leaves.
  private static let padding: [SHA256Digest] = {
    var zeros = [SHA256Digest.zero]
    for _ in 1...maximumHeight {
      let below = zeros[zeros.count - 1]
      zeros.append(node(below, below))
    }
    return zeros
  }()

  /// At `k` the root of a complete subtree of 2^k that waits for its right sibling; it is there
  /// when bit `k` of `count` is set.
  private var nodes: [SHA256Digest]
  /// How many were appended.
  private var count: UInt64 = 0

  init() { nodes = [] }

  /// How high a tree over `count` leaves is.
  static func height(over count: UInt64) -> Int {
    count <= 1 ? 0 : UInt64.bitWidth - (count - 1).leadingZeroBitCount
  }

  /// How high the tree over a full piece's leaves is.
  static func height(of pieceSize: PieceSize) -> Int {
    height(over: pieceSize.rawValue / PieceSize.leaf.rawValue)
  }

  /// The node above `left` and `right`: SHA-256 of both, one after the other.
  static func node(_ left: SHA256Digest, _ right: SHA256Digest) -> SHA256Digest {
    withUnsafeTemporaryAllocation(byteCount: 64, alignment: 16) { block in
      left.withUnsafeBytes { block.copyMemory(from: $0) }
      right.withUnsafeBytes {
        UnsafeMutableRawBufferPointer(rebasing: block[32...]).copyMemory(from: $0)
      }
      return withUnsafeTemporaryAllocation(of: UInt32.self, capacity: 8) { values in
        for (index, value) in initialSHA256.enumerated() { values[index] = value }
        if let chain = values.baseAddress, let start = block.baseAddress {
          piecehash_sha256_blocks(chain, start.assumingMemoryBound(to: UInt8.self), 1)
        }
        return Padding.finishSHA256(
          values, tail: UnsafeRawBufferPointer(start: nil, count: 0), length: 64)
      }
    }
  }

  /// Adds the next leaf (or root of a subtree).
  mutating func append(_ leaf: SHA256Digest) {
    var node = leaf
    var level = 0
    while count & (1 << UInt64(level)) != 0 {
      node = Self.node(nodes[level], node)
      level += 1
    }
    while nodes.count <= level { nodes.append(.zero) }
    nodes[level] = node
    count += 1
  }

  /// The root of the tree of `height`, padded; the tree is empty again.
  ///
  /// `base` is the height of the subtrees whose roots were appended: 0 for leaves.
  mutating func finish(height: Int, base: Int = 0) -> SHA256Digest {
    precondition(count > 0 && count <= 1 << UInt64(height), "the tree does not hold its leaves")
    defer { count = 0 }
    var right: SHA256Digest?
    for level in 0..<height {
      if count & (1 << UInt64(level)) != 0 {
        right = Self.node(nodes[level], right ?? Self.padding[base + level])
      } else if let left = right {
        right = Self.node(left, Self.padding[base + level])
      }
    }
    return right ?? nodes[height]
  }

  /// Forgets what was appended.
  mutating func reset() { count = 0 }
}
