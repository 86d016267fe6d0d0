// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Ledger
package import PeerWire

/// The hash tree of one content, from its piece layer up, and what a hash request of BEP 52 asks of
/// it.
package struct HashTree: Sendable {
  /// What is asked: nodes of one level, and the uncles that lead from there towards the root.
  package struct Query: Hashable, Sendable {
    /// 0 for the leaves.
    package var level: Int
    package var first: UInt64
    package var count: UInt64
    /// How many levels above `level` uncles are asked for of.
    package var proofLevels: Int

    package init(level: Int, first: UInt64, count: UInt64, proofLevels: Int) {
      self.level = level
      self.first = first
      self.count = count
      self.proofLevels = proofLevels
    }
  }

  package let content: ContentID
  package let pieceSize: PieceSize
  /// From the piece layer up; of a file of a single piece, the root alone.
  package let layer: MerkleLevels

  /// Joins what the ledger has.
  ///
  /// - Throws: `ArchiveError` when the layer does not lead to the root.
  package init(_ stored: StoredContent) throws(ArchiveError) {
    content = stored.content
    let digests = stored.digests
    pieceSize = digests.pieceSize
    let height = Self.height(of: content.size)
    let isSingle = content.size.rawValue <= pieceSize.rawValue
    layer = try MerkleLevels(
      isSingle ? digests.root.bytes : digests.layer,
      base: isSingle ? height : Self.level(of: pieceSize), height: height)
    guard layer.root == digests.root else {
      throw ArchiveError(.data, "the ledger's piece layer of \(content) does not lead to its root")
    }
  }

  /// The level of the root over a file's leaves.
  static func height(of size: ByteCount) -> Int {
    let leaves = PieceSize.leaf.pieceCount(of: size)
    return leaves <= 1 ? 0 : UInt32.bitWidth - (leaves - 1).leadingZeroBitCount
  }

  private static func level(of pieceSize: PieceSize) -> Int {
    pieceSize.rawValue.trailingZeroBitCount - PieceSize.leaf.rawValue.trailingZeroBitCount
  }

  /// Whether the tree has what is asked, and in one part: at most `limit` nodes, aligned to their
  /// number, and below the piece layer all of one piece.
  package func canAnswer(_ query: Query, limit: UInt64) -> Bool {
    guard (0..<layer.height).contains(query.level), query.count >= 2, query.count <= limit,
      query.count.nonzeroBitCount == 1, query.first.isMultiple(of: query.count),
      query.first < layer.count(at: query.level),
      query.count <= layer.count(at: query.level) - query.first,
      query.proofLevels >= 0,
      query.proofLevels == 0 || query.proofLevels < layer.height - query.level
    else { return false }
    return query.level >= layer.base || query.count <= 1 << UInt64(layer.base - query.level)
  }

  /// The piece whose leaves are needed to answer; nil where the layer is enough.
  package func piece(for query: Query) -> UInt64? {
    query.level >= layer.base ? nil : query.first >> UInt64(layer.base - query.level)
  }

  /// The piece's bytes in the file; nil for padding.
  package func bytes(ofPiece piece: UInt64) -> Range<UInt64>? {
    let (start, overflow) = piece.multipliedReportingOverflow(by: pieceSize.rawValue)
    guard !overflow, start < content.size.rawValue else { return nil }
    return start..<min(start + pieceSize.rawValue, content.size.rawValue)
  }

  /// Nodes and uncles for a query that `canAnswer`.
  ///
  /// `below` is the tree under the piece that `piece(for:)` names; not needed where that is nil.
  package func answer(_ query: Query, below: MerkleLevels?) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity((Int(query.count) + query.proofLevels) * 32)
    if query.level >= layer.base {
      layer.append(query.first..<query.first + query.count, at: query.level, to: &output)
    } else if let below {
      let start = query.first & ((1 << UInt64(layer.base - query.level)) - 1)
      below.append(start..<start + query.count, at: query.level, to: &output)
    }
    // What the nodes themselves lead to is no uncle.
    let own = query.count.trailingZeroBitCount - 1
    for step in own..<max(own, query.proofLevels) {
      let level = query.level + 1 + step
      guard let uncle = uncle(of: query.first >> UInt64(step + 1), at: level, below) else { break }
      uncle.withUnsafeBytes { output += $0 }
    }
    return output
  }

  private func uncle(of index: UInt64, at level: Int, _ below: MerkleLevels?) -> SHA256Digest? {
    guard level < layer.base else { return layer.node(index ^ 1, at: level) }
    return below?.node((index ^ 1) & ((1 << UInt64(layer.base - level)) - 1), at: level)
  }
}
