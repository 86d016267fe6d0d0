// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import Synchronization

/// The tracker without sockets and clock: takes requests as bytes and writes answers as bytes.
///
/// Many workers share one. Swarms lie in shards, each with a lock of its own, held for the time of
/// one announce; no two locks are ever held together.
public final class TrackerEngine: Sendable {
  private final class Shard: Sendable {
    let table: Mutex<SwarmTable>

    init(_ table: SwarmTable) { self.table = Mutex(table) }
  }

  public let policy: TrackerPolicy
  let connections: ConnectionIDs
  /// Spreads ids and peers over the tables of all shards.
  let peerSeed: UInt64
  private let shards: [Shard]
  private let holders: Mutex<HolderIndex>
  private let current: Mutex<TorrentRegistry>
  private let hasHolders = Atomic<Bool>(false)
  /// The memory of swarms and holders.
  private let used = Atomic<Int>(0)

  /// A tracker that answers for what is in `registry`.
  public init(
    policy: TrackerPolicy, registry: TorrentRegistry,
    using generator: inout some RandomNumberGenerator
  ) {
    self.policy = policy
    connections = ConnectionIDs(lifetime: policy.connectionLifetime, using: &generator)
    let localities = Localities(policy.networks)
    let seed = generator.next()
    peerSeed = seed
    shards = (0..<32).map { _ in Shard(SwarmTable(seed: seed, localities: localities)) }
    holders = Mutex(HolderIndex(seed: generator.next()))
    current = Mutex(registry)
  }

  /// What the tracker answers for; a new one takes effect with the next request, and the swarms of
  /// what is in both stay.
  public var registry: TorrentRegistry {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }

  var shardCount: Int { shards.count }

  private func shard(_ id: SwarmID) -> Shard {
    shards[Int(truncatingIfNeeded: id.spread(0) >> 32) & (shards.count - 1)]
  }

  /// Reads a shard's swarms.
  func withTable<T: Sendable>(_ index: Int, _ body: (SwarmTable) -> T) -> T {
    shards[index].table.withLock { body($0) }
  }

  /// Takes over a swarm that was written down.
  func restore(_ swarm: Swarm) {
    let added = shard(swarm.id).table.withLock { table in
      let before = table.bytes
      table.restore(swarm)
      return table.bytes - before
    }
    used.add(added, ordering: .relaxed)
  }

  private var canGrow: Bool { used.load(ordering: .relaxed) < policy.memory }

  /// Registers a peer and chooses whom it is told of; both are in `session` afterwards.
  ///
  /// - Throws: `Refusal.unregistered`.
  func announce(
    _ announce: Announce, at now: Moment, _ registry: TorrentRegistry,
    _ session: inout TrackerSession
  ) throws(Refusal) -> SwarmCounts {
    guard registry.admits(announce.swarm) else { throw .unregistered }
    var announce = announce
    if announce.event == .stopped { announce.wanted = 0 }
    // aria2 says that nothing is left while it has nothing but a magnet link.
    if announce.wanted > 0, announce.standing == .downloader || announce.event == .started {
      nameOwnSeeds(announce, &session)
    }
    if !session.pieces.isEmpty || hasHolders.load(ordering: .relaxed) {
      exchangePieces(announce, at: now, registry, &session)
    }
    announce.wanted -= session.chosen.count
    let canGrow = canGrow
    return shard(announce.swarm).table.withLock { table in
      let before = table.bytes
      let counts = table.announce(
        announce, at: now, canGrow: canGrow, into: &session.chosen, &session.random)
      if table.bytes != before { used.add(table.bytes - before, ordering: .relaxed) }
      return counts
    }
  }

  /// The mirror's own seeder is always among those named, whether it has announced or not.
  private func nameOwnSeeds(_ announce: Announce, _ session: inout TrackerSession) {
    for seed in policy.ownSeeds.prefix(announce.wanted) where seed != announce.peer {
      if seed.address.isV4, announce.takesBothFamilies || announce.peer.address.isV4 {
        session.chosen.v4.append(Peer4(seed))
      } else if !seed.address.isV4, announce.takesBothFamilies || !announce.peer.address.isV4 {
        session.chosen.v6.append(Peer6(seed))
      }
    }
  }

  /// Takes over what the peer holds, and looks for holders of what it wants: those of the same
  /// torrent come first among the peers, the others apart.
  private func exchangePieces(
    _ announce: Announce, at now: Moment, _ registry: TorrentRegistry,
    _ session: inout TrackerSession
  ) {
    guard let torrent = registry.numberedTorrent(announce.swarm) else { return }
    let canGrow = canGrow
    let wanted = announce.wanted - session.chosen.count
    var found: [HolderIndex.Holder] = []
    holders.withLock { holders in
      if announce.event == .stopped {
        holders.stop(announce.peer, of: announce.swarm)
      } else if session.pieces.hasHave {
        holders.hold(
          session.pieces.have, isMore: session.pieces.isMore, by: announce.peer, of: torrent,
          at: now, canGrow: canGrow, &session.random)
        hasHolders.store(true, ordering: .relaxed)
      } else {
        holders.refresh(announce.peer, of: announce.swarm, at: now)
      }
      if wanted > 0, !session.pieces.want.isEmpty {
        holders.holders(
          of: session.pieces.want, in: torrent, wanted: wanted, for: announce.peer, into: &found,
          &session.random)
      }
    }
    for holder in found {
      let isV4 = holder.endpoint.address.isV4
      guard announce.takesBothFamilies || isV4 == announce.peer.address.isV4 else { continue }
      if holder.torrent != announce.swarm {
        session.strangers.append(holder)
      } else if isV4 {
        session.chosen.v4.append(Peer4(holder.endpoint))
      } else {
        session.chosen.v6.append(Peer6(holder.endpoint))
      }
    }
    session.strangers.sort { $0.torrent < $1.torrent }
  }

  /// The counts of a torrent; nil when the tracker does not answer for it.
  func scrape(_ id: SwarmID, _ registry: TorrentRegistry) -> SwarmCounts? {
    guard registry.admits(id) else { return nil }
    return shard(id).table.withLock { $0.counts(of: id) } ?? SwarmCounts()
  }
}

extension TrackerEngine {
  /// What the tracker holds in memory.
  public struct Totals: Hashable, Sendable {
    public var torrents = 0
    public var counts = SwarmCounts()
    /// Peers that have announced pieces, and how many entries the holder index has of them.
    public var holderPeers = 0
    public var holders = 0
    /// Bytes of swarms and holders.
    public var memory = 0
  }

  /// Counts everything, a shard at a time.
  public var totals: Totals {
    var totals = Totals()
    forEachSwarm { _, counts in
      totals.torrents += 1
      totals.counts += counts
    }
    for shard in shards { totals.memory += shard.table.withLock { $0.bytes } }
    holders.withLock {
      totals.holderPeers = $0.peerCount
      totals.holders = $0.holderCount
      totals.memory += $0.bytes
    }
    return totals
  }

  /// Calls `body` for every swarm, a shard at a time.
  public func forEachSwarm(_ body: (SwarmID, SwarmCounts) -> Void) {
    for shard in shards { shard.table.withLock { $0.forEach(body) } }
  }

  /// Forgets peers that were not heard for their lifetime, and swarms of torrents that are no longer
  /// known: a `share`th of all each time it is called.
  public func expire(at now: Moment, share: Int) {
    let registry = registry
    let lifetime = UInt8(clamping: policy.lifetime / Moment.secondsPerTick)
    var memory = 0
    for shard in shards {
      memory += shard.table.withLock { table in
        let limit = table.count / max(1, share) + 1
        _ = table.expire(at: now, lifetime: lifetime, limit: limit, isKnown: registry.admits)
        return table.bytes
      }
    }
    memory += holders.withLock { holders in
      holders.expire(at: now, lifetime: lifetime, limit: registry.contentCount / max(1, share) + 1)
      return holders.bytes
    }
    used.store(memory, ordering: .relaxed)
  }
}
