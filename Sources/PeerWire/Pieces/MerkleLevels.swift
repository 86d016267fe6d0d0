// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel

/// The nodes of a hash tree of BEP 52, or of a part of one, from a known level up to its root.
///
/// Level 0 has the leaves, SHA-256 of 16 KiB each. What a level lacks of a power of two stands for
/// leaves of zeros.
package struct MerkleLevels: Sendable {
  /// The level that is known.
  package let base: Int
  /// Of the root.
  package let height: Int
  /// From `base` up, 32 bytes a node, without what is padding.
  private let levels: [[UInt8]]
  /// At `k` the node above 2^k leaves of zeros.
  private let padding: [SHA256Digest]

  /// Grows the tree over `nodes`, 32 bytes each, at least one and at most 2^(height - base).
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses, and when the nodes do not fit the tree.
  package init(_ nodes: [UInt8], base: Int, height: Int) throws(ArchiveError) {
    guard base >= 0, height >= base, height < 60, !nodes.isEmpty, nodes.count.isMultiple(of: 32),
      nodes.count / 32 <= 1 << (height - base)
    else { throw ArchiveError(.data, "\(nodes.count) bytes are no layer of a hash tree") }
    self.base = base
    self.height = height
    var digest = try StreamDigest(.sha256)
    var padding: [SHA256Digest] = [.zero]
    for level in 0..<height {
      for _ in 0..<2 { padding[level].withUnsafeBytes { digest.update($0) } }
      padding.append(digest.finishSHA256())
    }
    var levels = [nodes]
    for level in base..<height {
      levels.append(Self.above(levels[level - base], padding[level], &digest))
    }
    self.padding = padding
    self.levels = levels
  }

  private static func above(
    _ nodes: [UInt8], _ padding: SHA256Digest, _ digest: inout StreamDigest
  ) -> [UInt8] {
    let isOdd = !nodes.count.isMultiple(of: 64)
    var output = [UInt8](repeating: 0, count: (nodes.count + 32) / 64 * 32)
    output.withUnsafeMutableBytes { output in
      nodes.withUnsafeBytes { nodes in
        for index in 0..<output.count / 32 {
          let end = min(nodes.count, index * 64 + 64)
          digest.update(UnsafeRawBufferPointer(rebasing: nodes[index * 64..<end]))
          if isOdd, end == nodes.count { padding.withUnsafeBytes { digest.update($0) } }
          digest.finish(
            into: UnsafeMutableRawBufferPointer(rebasing: output[index * 32..<index * 32 + 32]))
        }
      }
    }
    return output
  }

  /// The root.
  package var root: SHA256Digest {
    levels.last.flatMap { SHA256Digest($0) } ?? .zero
  }

  /// How many nodes a level has with its padding.
  package func count(at level: Int) -> UInt64 { 1 << UInt64(height - level) }

  /// Appends the nodes of `range` at `level`, which is `base` or above and below the root's.
  package func append(_ range: Range<UInt64>, at level: Int, to output: inout [UInt8]) {
    let known = levels[level - base]
    let end = min(range.upperBound, UInt64(known.count / 32))
    if range.lowerBound < end {
      output += known[Int(range.lowerBound) * 32..<Int(end) * 32]
    }
    for _ in max(range.lowerBound, end)..<max(range.upperBound, end) {
      padding[level].withUnsafeBytes { output += $0 }
    }
  }

  /// The node at `index` of `level`; nil outside of the tree.
  package func node(_ index: UInt64, at level: Int) -> SHA256Digest? {
    guard (base...height).contains(level), index < count(at: level) else { return nil }
    let known = levels[level - base]
    guard index < UInt64(known.count / 32) else { return padding[level] }
    return SHA256Digest(Array(known[Int(index) * 32..<Int(index) * 32 + 32]))
  }

  /// How much memory it takes, about.
  package var byteCount: Int { levels.reduce(256) { $0 + $1.count + 32 } + padding.count * 32 }
}
