// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

extension HolderIndex {
  private func slot(_ peer: Endpoint, _ torrent: UInt16) -> Int {
    let mixed = SwarmRandom.mixed(peer.address.high ^ seed) ^ peer.address.low
    return Int(
      truncatingIfNeeded: SwarmRandom.mixed(mixed &+ UInt64(peer.port) << 16 &+ UInt64(torrent)))
      & (slots.count - 1)
  }

  func find(_ peer: Endpoint, _ torrent: SwarmID) -> Int? {
    guard let torrent = torrents.firstIndex(of: torrent) else { return nil }
    var slot = slot(peer, UInt16(torrent))
    while slots[slot] != 0 {
      let position = Int(slots[slot]) - 1
      if peers[position].isSame(as: peer, torrent: UInt16(torrent)) { return position }
      slot = (slot + 1) & (slots.count - 1)
    }
    return nil
  }

  mutating func add(_ peer: Endpoint, _ torrent: SwarmID) -> Int? {
    var number = torrents.firstIndex(of: torrent)
    if number == nil, torrents.count < Int(UInt16.max) {
      number = torrents.count
      torrents.append(torrent)
    }
    guard let number, free.isEmpty == false || peers.count < HolderReference.peerLimit else {
      return nil
    }
    let record = HolderPeer(peer, torrent: UInt16(number), stamp: 0)
    let position: Int
    if let old = free.popLast() {
      position = Int(old)
      peers[position] = record
    } else {
      if peers.count == peers.capacity {
        peers.reserveCapacity(peers.count + max(16, peers.count / 8))
      }
      position = peers.count
      peers.append(record)
    }
    living += 1
    if living * 4 > slots.count * 3 { rehash(slots.count * 2) } else { place(position) }
    return position
  }

  private mutating func place(_ position: Int) {
    var slot = slot(peers[position].endpoint, peers[position].torrent)
    while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
    slots[slot] = UInt32(position + 1)
  }

  private mutating func rehash(_ count: Int) {
    slots = [UInt32](repeating: 0, count: count)
    for position in peers.indices where peers[position].isAlive { place(position) }
  }

  /// Forgets a peer; its position is used again when no list can name it any more.
  mutating func retire(_ position: Int) {
    unplace(position)
    peers[position].isAlive = false
    living -= 1
    left.append(UInt32(position))
  }

  /// Takes a position out of the table and closes the gap (Knuth 6.4, algorithm R).
  private mutating func unplace(_ position: Int) {
    let mask = slots.count - 1
    var gap = slot(peers[position].endpoint, peers[position].torrent)
    while slots[gap] != UInt32(position + 1) {
      if slots[gap] == 0 { return }
      gap = (gap + 1) & mask
    }
    var next = (gap + 1) & mask
    while slots[next] != 0 {
      let other = peers[Int(slots[next]) - 1]
      let home = slot(other.endpoint, other.torrent)
      if (next - home) & mask >= (next - gap) & mask {
        slots[gap] = slots[next]
        gap = next
      }
      next = (next + 1) & mask
    }
    slots[gap] = 0
  }
}
