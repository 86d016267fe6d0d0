// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Swarms by their id: the part of the tracker's memory that one lock guards.
public struct SwarmTable: Sendable {
  private(set) var swarms: [Swarm] = []
  /// Positions in `swarms`, counted from 1, 0 for none; a power of two of them.
  private var slots = [UInt32](repeating: 0, count: 16)
  let seed: UInt64
  let localities: Localities
  /// Where the next `expire` goes on.
  private var cursor = 0
  /// The memory that peers take, in bytes.
  public private(set) var bytes = 0

  /// An empty table; `seed` decides where ids and peers fall, and should be known to nobody.
  public init(seed: UInt64, localities: Localities = Localities()) {
    self.seed = seed
    self.localities = localities
  }

  public var count: Int { swarms.count }

  /// The counts of a swarm; nil when nobody is in it.
  public func counts(of id: SwarmID) -> SwarmCounts? { find(id).map { swarms[$0].counts } }

  /// Calls `body` for every swarm.
  public func forEach(_ body: (SwarmID, SwarmCounts) -> Void) {
    for swarm in swarms { body(swarm.id, swarm.counts) }
  }

  /// Takes `announce` over and chooses the peers to answer with; returns the counts after it.
  ///
  /// A peer that is new is not stored unless `canGrow`; it is answered in any case.
  public mutating func announce(
    _ announce: Announce, at now: Moment, canGrow: Bool, into chosen: inout ChosenPeers,
    _ random: inout SwarmRandom
  ) -> SwarmCounts {
    let found = find(announce.swarm)
    if announce.event == .stopped {
      guard let found else { return SwarmCounts() }
      swarms[found].stop(announce.peer, seed: seed)
      return swarms[found].counts
    }
    guard let position = found ?? (canGrow ? insert(announce.swarm) : nil) else {
      return SwarmCounts()
    }
    var asker = Asker(
      scope: AddressScope(announce.peer.address),
      locality: localities.key(of: announce.peer.address),
      wantsOnlyDownloaders: announce.standing != .downloader)
    let before = swarms[position].bytes
    asker.position = swarms[position].hear(
      announce, near: asker.locality, at: now.tick, canGrow: canGrow, seed: seed, &random)
    bytes += swarms[position].bytes - before
    if announce.wanted > 0 {
      swarms[position].choose(for: announce, asker, localities, into: &chosen, &random)
    }
    return swarms[position].counts
  }
}

extension SwarmTable {
  /// What a swarm takes beside its peers: its own fields, and the heads of its arrays.
  private static var overhead: Int { MemoryLayout<Swarm>.stride + 4 * 32 }

  @inline(__always)
  private func find(_ id: SwarmID) -> Int? {
    var slot = Int(truncatingIfNeeded: id.spread(seed)) & (slots.count - 1)
    while slots[slot] != 0 {
      let position = Int(slots[slot]) - 1
      if swarms[position].id == id { return position }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Adds a swarm that is not there.
  mutating func insert(_ id: SwarmID) -> Int {
    if (swarms.count + 1) * 4 > slots.count * 3 { rehash(slots.count * 2) }
    swarms.append(Swarm(id))
    bytes += Self.overhead
    place(swarms.count - 1)
    return swarms.count - 1
  }

  /// Puts a swarm that was kept elsewhere into the table, unless there is one of this id.
  mutating func restore(_ swarm: Swarm) {
    if find(swarm.id) != nil { return }
    let position = insert(swarm.id)
    swarms[position] = swarm
    bytes += swarm.bytes
  }

  private mutating func place(_ position: Int) {
    var slot = Int(truncatingIfNeeded: swarms[position].id.spread(seed)) & (slots.count - 1)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = UInt32(position + 1)
  }

  private mutating func rehash(_ count: Int) {
    slots = [UInt32](repeating: 0, count: count)
    for position in swarms.indices { place(position) }
  }

  /// Looks at the next `limit` swarms: takes out the peers that were not heard for `lifetime`, and
  /// the swarms that are empty or that `isKnown` no longer; returns how many peers went.
  ///
  /// All swarms have to be looked at within the 68 minutes in which stamps go round, less the
  /// lifetime.
  public mutating func expire(
    at now: Moment, lifetime: UInt8, limit: Int, isKnown: (SwarmID) -> Bool
  ) -> Int {
    var gone = 0
    var hasDropped = false
    for _ in 0..<min(limit, swarms.count) {
      if cursor >= swarms.count { cursor = 0 }
      let before = swarms[cursor].bytes
      gone += swarms[cursor].v4.expire(now: now.tick, lifetime: lifetime, seed: seed)
      gone += swarms[cursor].v6.expire(now: now.tick, lifetime: lifetime, seed: seed)
      bytes += swarms[cursor].bytes - before
      let isKnown = isKnown(swarms[cursor].id)
      // Completions are worth remembering as long as the torrent is.
      if isKnown, !swarms[cursor].isEmpty || swarms[cursor].completions > 0 {
        cursor += 1
        continue
      }
      gone += swarms[cursor].v4.count + swarms[cursor].v6.count
      bytes -= swarms[cursor].bytes + Self.overhead
      swarms.swapAt(cursor, swarms.count - 1)
      swarms.removeLast()
      hasDropped = true
      if swarms.isEmpty { break }
    }
    if hasDropped { rehash(slots.count) }
    return gone
  }
}
