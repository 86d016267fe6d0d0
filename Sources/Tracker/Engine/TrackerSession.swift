// SPDX-License-Identifier: Apache-2.0

/// What one worker needs to answer without allocating: scratch memory, chance, and its own counts.
public struct TrackerSession: Sendable {
  var random: SwarmRandom
  var query = TrackerQuery()
  var chosen = ChosenPeers()
  var pieces = PieceInterest()
  /// Holders of wanted pieces that announced them under other torrents, sorted by torrent.
  var strangers: [HolderIndex.Holder] = []
  public var counters = TrackerCounters()

  /// `seed` decides which peers are chosen.
  public init(seed: UInt64) { random = SwarmRandom(seed: seed) }

  /// Forgets the last request.
  @inline(__always)
  mutating func reset() {
    chosen.removeAll()
    pieces.removeAll()
    strangers.removeAll(keepingCapacity: true)
  }
}
