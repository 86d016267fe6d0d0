// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

extension PeerList {
  /// Takes over what `peer` says of itself; returns where it stands, -1 when it could not be stored.
  @inline(__always)
  fileprivate mutating func hear(
    _ peer: Record, as standing: PeerStanding, at tick: UInt8, canGrow: Bool, seed: UInt64
  ) -> Int {
    if let position = find(peer, seed: seed) {
      return refresh(position, standing: standing, at: tick, seed: seed)
    }
    guard canGrow else { return -1 }
    var peer = peer
    peer.stamp = tick
    return add(peer, standing: standing, seed: seed)
  }

  @inline(__always)
  fileprivate mutating func stop(_ peer: Record, seed: UInt64) {
    if let position = find(peer, seed: seed) { remove(position, seed: seed) }
  }

  /// How many peers an asker could be told of.
  fileprivate func supply(onlyDownloaders: Bool) -> Int {
    onlyDownloaders ? downloaders.count : count
  }
}

extension Swarm {
  /// Takes the announcing peer out.
  mutating func stop(_ peer: Endpoint, seed: UInt64) {
    if peer.address.isV4 {
      v4.stop(Peer4(peer), seed: seed)
    } else {
      v6.stop(Peer6(peer), seed: seed)
    }
  }

  /// Takes over what a peer says; returns where it stands in the list of its family, or -1.
  mutating func hear(
    _ announce: Announce, near locality: UInt64, at tick: UInt8, canGrow: Bool, seed: UInt64,
    _ random: inout SwarmRandom
  ) -> Int {
    let standing = announce.standing
    let isV4 = announce.peer.address.isV4
    let position =
      isV4
      ? v4.hear(Peer4(announce.peer), as: standing, at: tick, canGrow: canGrow, seed: seed)
      : v6.hear(Peer6(announce.peer), as: standing, at: tick, canGrow: canGrow, seed: seed)
    if position < 0 { return position }
    if isV4 {
      v4.noteNeighbour(position, near: locality, &random)
    } else {
      v6.noteNeighbour(position, near: locality, &random)
    }
    if announce.event == .completed,
      isV4 ? v4.countCompletion(at: position) : v6.countCompletion(at: position)
    {
      completions &+= 1
    }
    return position
  }

  /// Chooses whom the announcing peer is told of.
  func choose(
    for announce: Announce, _ asker: Asker, _ localities: Localities,
    into chosen: inout ChosenPeers, _ random: inout SwarmRandom
  ) {
    let isV4 = announce.peer.address.isV4
    let own =
      isV4
      ? v4.supply(onlyDownloaders: asker.wantsOnlyDownloaders)
      : v6.supply(onlyDownloaders: asker.wantsOnlyDownloaders)
    let other =
      !announce.takesBothFamilies
      ? 0
      : isV4
        ? v6.supply(onlyDownloaders: asker.wantsOnlyDownloaders)
        : v4.supply(onlyDownloaders: asker.wantsOnlyDownloaders)
    // The other family has its share, and what the asker's own leaves over; never more than half
    // otherwise, because not every peer has both.
    let share = other == 0 ? 0 : min(announce.wanted / 2, announce.wanted * other / (own + other))
    let otherWanted = min(other, max(share, announce.wanted - own))
    var stranger = asker
    stranger.position = -1
    let ownWanted = announce.wanted - otherWanted
    v4.choose(
      isV4 ? ownWanted : otherWanted, for: isV4 ? asker : stranger, localities,
      into: &chosen.v4, &random)
    v6.choose(
      isV4 ? otherWanted : ownWanted, for: isV4 ? stranger : asker, localities,
      into: &chosen.v6, &random)
  }
}
