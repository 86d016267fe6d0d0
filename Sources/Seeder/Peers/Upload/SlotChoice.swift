// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// Who among those that want something may ask for it (BEP 3's choking, as a seed does it).
package enum SlotChoice {
  /// Somebody who is interested.
  package struct Candidate<ID: Hashable> {
    package let id: ID
    package let key: NetworkKey
    /// Since when it has a slot, or waits for one.
    package let since: NIODeadline
    package let hasSlot: Bool

    package init(id: ID, key: NetworkKey, since: NIODeadline, hasSlot: Bool) {
      self.id = id
      self.key = key
      self.since = since
      self.hasSlot = hasSlot
    }
  }

  /// Gives `slots` away, by turns of networks and, in each, of addresses.
  ///
  /// At one address those come first that have had a slot for less than `turn`, then those that have
  /// waited longest, then those whose turn has been.
  package static func choose<ID>(
    _ candidates: [Candidate<ID>], slots: Int, turn: TimeAmount, now: NIODeadline
  ) -> Set<ID> {
    if candidates.count <= slots { return Set(candidates.map(\.id)) }
    func rank(_ candidate: Candidate<ID>) -> Int {
      candidate.hasSlot ? (now - candidate.since < turn ? 0 : 2) : 1
    }
    var queue = FairQueue<ID>()
    for candidate in candidates.sorted(by: { (rank($0), $0.since) < (rank($1), $1.since) }) {
      queue.append(candidate.id, candidate.key)
    }
    var chosen: Set<ID> = []
    while chosen.count < slots, let id = queue.next() { chosen.insert(id) }
    return chosen
  }
}
