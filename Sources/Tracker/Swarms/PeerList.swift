// SPDX-License-Identifier: Apache-2.0

/// The peers of one family in one swarm: seeds first, then partial seeds, then downloaders, without
/// a gap, so that to choose at random is to draw a number.
struct PeerList<Record: PeerRecord>: Sendable {
  /// Shorter lists are searched from end to end.
  static var unindexed: Int { 16 }

  private(set) var records: [Record] = []
  private(set) var seedCount = 0
  private(set) var partialSeedCount = 0
  private var index = PositionIndex()
  private(set) var neighbours = NeighbourHints()

  var count: Int { records.count }
  var seeds: Range<Int> { 0..<seedCount }
  var partialSeeds: Range<Int> { seedCount..<seedCount + partialSeedCount }
  var downloaders: Range<Int> { seedCount + partialSeedCount..<records.count }

  /// The memory it holds. Kept, because asking the arrays would fetch each from memory.
  private(set) var bytes = 0

  /// Where `peer` stands; nil when it is not there.
  @inline(__always)
  func find(_ peer: Record, seed: UInt64) -> Int? {
    if index.slots > 0 {
      return index.find(peer.spread(seed)) { records[$0].isSame(as: peer) }
    }
    return records.firstIndex { $0.isSame(as: peer) }
  }

  func standing(at position: Int) -> PeerStanding {
    position < seedCount
      ? .seed : position < seedCount + partialSeedCount ? .partialSeed : .downloader
  }

  /// Notes that the peer at `position` was heard; returns where it stands now.
  mutating func refresh(
    _ position: Int, standing: PeerStanding, at stamp: UInt8, seed: UInt64
  ) -> Int {
    records[position].stamp = stamp
    return shift(position, to: standing, seed: seed)
  }

  /// Adds a peer that is not there; returns where it stands.
  mutating func add(_ peer: Record, standing: PeerStanding, seed: UInt64) -> Int {
    grow(seed: seed)
    records.append(peer)
    let position = records.count - 1
    if index.slots > 0 { index.insert(position, peer.spread(seed)) }
    return shift(position, to: standing, seed: seed)
  }

  /// Takes a peer out.
  mutating func remove(_ position: Int, seed: UInt64) {
    let last = shift(position, to: .downloader, seed: seed)
    swap(last, records.count - 1, seed: seed)
    if index.slots > 0 {
      let end = records.count - 1
      index.remove(end, records[end].spread(seed)) { records[$0].spread(seed) }
    }
    records.removeLast()
  }

  /// Notes that the completion of the peer at `position` was counted; whether it was not before.
  mutating func countCompletion(at position: Int) -> Bool {
    defer { records[position].isCounted = true }
    return !records[position].isCounted
  }

  /// Leaves a hint for those who look for peers near the one at `position`.
  @inline(__always)
  mutating func noteNeighbour(_ position: Int, near key: UInt64, _ random: inout SwarmRandom) {
    if !neighbours.isEmpty { neighbours.note(position, near: key, &random) }
  }

  /// Takes out all that were last heard more than `lifetime` ticks before `now`.
  mutating func expire(now: UInt8, lifetime: UInt8, seed: UInt64) -> Int {
    var position = records.count - 1
    let before = records.count
    while position >= 0 {
      if now &- records[position].stamp > lifetime { remove(position, seed: seed) }
      // What took its place came from further up, and has been looked at.
      position -= 1
    }
    if records.count * 2 < records.capacity { rebuild(capacity: records.count, seed: seed) }
    return before - records.count
  }
}

extension PeerList {
  /// Moves a peer into its section by swaps at the borders, each of which moves one other.
  private mutating func shift(_ position: Int, to standing: PeerStanding, seed: UInt64) -> Int {
    var position = position
    var current = self.standing(at: position)
    while current.rawValue > standing.rawValue {
      if current == .downloader {
        swap(position, seedCount + partialSeedCount, seed: seed)
        position = seedCount + partialSeedCount
        partialSeedCount += 1
        current = .partialSeed
      } else {
        swap(position, seedCount, seed: seed)
        position = seedCount
        seedCount += 1
        partialSeedCount -= 1
        current = .seed
      }
    }
    while current.rawValue < standing.rawValue {
      if current == .seed {
        seedCount -= 1
        partialSeedCount += 1
        swap(position, seedCount, seed: seed)
        position = seedCount
        current = .partialSeed
      } else {
        partialSeedCount -= 1
        swap(position, seedCount + partialSeedCount, seed: seed)
        position = seedCount + partialSeedCount
        current = .downloader
      }
    }
    return position
  }

  private mutating func swap(_ a: Int, _ b: Int, seed: UInt64) {
    if a == b { return }
    records.swapAt(a, b)
    if index.slots == 0 { return }
    index.swap(a, records[b].spread(seed), b, records[a].spread(seed))
  }

  /// Makes room for one more: an eighth at a time, because memory for a million peers counts.
  private mutating func grow(seed: UInt64) {
    let count = records.count + 1
    let hasRoom = count <= records.capacity
    let isFindable = count <= (index.slots == 0 ? Self.unindexed : index.room)
    if hasRoom, isFindable { return }
    if !hasRoom { records.reserveCapacity(records.count + max(2, records.count / 8)) }
    if !isFindable { reindex(for: count, seed: seed) }
    if neighbours.isTooSmall(for: count) { neighbours = NeighbourHints(for: count) }
    measure()
  }

  private mutating func measure() {
    bytes = records.capacity * MemoryLayout<Record>.stride + index.bytes + neighbours.bytes
  }

  private mutating func reindex(for count: Int, seed: UInt64) {
    index = PositionIndex()
    if count <= Self.unindexed { return }
    index = PositionIndex(for: count)
    for position in records.indices { index.insert(position, records[position].spread(seed)) }
  }

  private mutating func rebuild(capacity: Int, seed: UInt64) {
    var kept: [Record] = []
    kept.reserveCapacity(capacity)
    kept.append(contentsOf: records)
    records = kept
    reindex(for: records.count, seed: seed)
    neighbours = NeighbourHints(for: records.count)
    measure()
  }
}
