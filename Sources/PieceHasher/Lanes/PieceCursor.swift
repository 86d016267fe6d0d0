// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Where a lane is in its piece.
struct PieceCursor {
  private(set) var index = 0
  private var chains: DigestChains = []
  private var length: UInt64 = 0
  /// Bytes that the chains have taken, whole blocks.
  private var taken: UInt64 = 0
  private var height = 0
  private var tree = MerkleTree()

  /// Starts piece `index` of a plan.
  mutating func begin(_ index: Int, of plan: PiecePlan, _ bank: inout LaneBank, lane: Int) {
    self.index = index
    chains = plan.chains.subtracting(.file)
    length = plan.length(of: index)
    height = plan.pieceHeight
    taken = 0
    tree.reset()
    bank.begin(chains, lane: lane)
  }

  /// How many of `count` bytes' blocks the lane may take before something ends.
  func blocks(of count: Int) -> Int {
    var limit = min(UInt64(count), length - taken)
    if chains.contains(.leaves) {
      limit = min(limit, UInt64(leafLength) - taken % UInt64(leafLength))
    }
    return Int(limit) / LaneBank.blockLength
  }

  /// The bytes after the last whole block, once all blocks were taken; nil before.
  var tail: Int? {
    let rest = length - taken
    return rest < UInt64(LaneBank.blockLength) ? Int(rest) : nil
  }

  /// Says that the lane took `blocks` blocks, no more than there were.
  mutating func advance(_ blocks: Int, _ bank: inout LaneBank, lane: Int) {
    guard blocks > 0 else { return }
    taken += UInt64(blocks * LaneBank.blockLength)
    guard chains.contains(.leaves), taken.isMultiple(of: UInt64(leafLength)) else { return }
    endLeaf(UnsafeRawBufferPointer(start: nil, count: 0), leafLength, bank, lane)
    bank.begin(.leaves, lane: lane)
  }

  /// The digests of the piece, which ends with `tail`.
  mutating func finish(
    _ tail: UnsafeRawBufferPointer, _ bank: borrowing LaneBank, lane: Int
  ) -> PieceDigests {
    var digests = PieceDigests()
    if chains.contains(.leaves) {
      let begun = Int(taken % UInt64(leafLength)) + tail.count
      if begun > 0 { endLeaf(tail, begun, bank, lane) }
      digests.subtree = tree.finish(height: height)
    }
    // Where it was not computed, the piece is a single leaf, whose digest is the same.
    digests.sha256 =
      chains.contains(.pieceSHA256)
      ? bank.finishSHA256(.pieceSHA256, lane: lane, tail: tail, length: length) : digests.subtree
    if chains.contains(.pieceSHA1) {
      digests.sha1 = bank.finishSHA1(lane: lane, tail: tail, length: length)
    }
    return digests
  }

  private mutating func endLeaf(
    _ tail: UnsafeRawBufferPointer, _ count: Int, _ bank: borrowing LaneBank, _ lane: Int
  ) {
    tree.append(bank.finishSHA256(.leaves, lane: lane, tail: tail, length: UInt64(count)))
  }
}

/// The bytes of one leaf, as a length in memory.
let leafLength = Int(PieceSize.leaf.rawValue)
