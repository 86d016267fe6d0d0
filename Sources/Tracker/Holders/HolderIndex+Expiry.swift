// SPDX-License-Identifier: Apache-2.0

extension HolderIndex {
  /// Looks at the next `limit` contents and as large a share of the peers: forgets peers that were
  /// not heard for `lifetime` ticks, and takes out of the lists who is gone.
  public mutating func expire(at now: Moment, lifetime: UInt8, limit: Int) {
    let share = lists.isEmpty ? peers.count : peers.count * limit / lists.count + 1
    for _ in 0..<min(share, peers.count) {
      if cursor.peer >= peers.count { cursor.peer = 0 }
      let peer = peers[cursor.peer]
      if peer.isAlive, now.tick &- peer.stamp > lifetime { retire(cursor.peer) }
      cursor.peer += 1
    }
    for _ in 0..<min(limit, lists.count) {
      clean(cursor.list)
      cursor.list += 1
      if cursor.list == lists.count { endSweep() }
    }
    if lists.isEmpty { endSweep() }
  }

  private mutating func clean(_ content: Int) {
    let before = lists[content].count
    for index in lists[content].indices.reversed() where !isLive(lists[content][index]) {
      lists[content].swapAt(index, lists[content].count - 1)
      lists[content].removeLast()
    }
    if lists[content].isEmpty, before > 0 { lists[content] = [] }
  }

  /// All lists were looked at since the peers in `leaving` had gone: none names them.
  private mutating func endSweep() {
    cursor.list = 0
    free += leaving
    leaving = left
    left = []
  }
}
