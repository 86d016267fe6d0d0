// SPDX-License-Identifier: Apache-2.0

/// Where in a long list peers of some network were seen lately.
///
/// A hint may be stale or of another network that falls into the same bucket: whoever follows it
/// looks at the peer. So it may be forgotten at any time, and costs one to two bytes a peer.
struct NeighbourHints: Sendable {
  private static let bucket = 8
  private static let none: UInt16 = 0xFFFF
  /// Shorter lists are searched from end to end.
  static let shortest = 256

  private var blocks: [UInt16] = []
  /// A hint is a position without its last bits, so that it fits two bytes.
  private var shift = 0

  init() {}

  /// Empty hints for `count` peers.
  init(for count: Int) {
    guard count >= Self.shortest else { return }
    while (count * 2) >> shift >= Int(Self.none) { shift += 1 }
    let slots = 1 << (Int.bitWidth - (count / 2 - 1).leadingZeroBitCount)
    blocks = [UInt16](repeating: Self.none, count: slots)
  }

  var isEmpty: Bool { blocks.isEmpty }
  var bytes: Int { blocks.capacity * 2 }

  func isTooSmall(for count: Int) -> Bool { count >= Self.shortest && count > blocks.count * 2 }

  @inline(__always)
  private func start(_ key: UInt64) -> Int {
    Int(truncatingIfNeeded: SwarmRandom.mixed(key)) & (blocks.count - 1) & ~(Self.bucket - 1)
  }

  /// Remembers the peer at `position`.
  @inline(__always)
  mutating func note(_ position: Int, near key: UInt64, _ random: inout SwarmRandom) {
    let block = UInt16(truncatingIfNeeded: position >> shift)
    let start = start(key)
    var slot = start + Int(truncatingIfNeeded: random.next() >> 61)
    for candidate in start..<start + Self.bucket {
      if blocks[candidate] == block { return }
      if blocks[candidate] == Self.none { slot = candidate }
    }
    blocks[slot] = block
  }

  /// Calls `body` with the positions to look at until it returns false.
  @inline(__always)
  func forEachPosition(near key: UInt64, below count: Int, _ body: (Int) -> Bool) {
    let start = start(key)
    for slot in start..<start + Self.bucket where blocks[slot] != Self.none {
      let first = Int(blocks[slot]) << shift
      for position in first..<first + 1 << shift where position < count {
        if !body(position) { return }
      }
    }
  }
}
