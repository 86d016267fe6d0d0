// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// Who holds a content, in whichever torrent it was announced.
///
/// Each content has a list of at most `listLimit` holders. A new holder of a content whose list is
/// full takes the place of a random one, so that a list is always of peers heard lately, and a
/// popular content takes no more memory than a rare one: 4 bytes a holder, at most `listLimit`
/// holders a content, and 24 to 40 bytes for each peer that announces pieces.
public struct HolderIndex: Sendable {
  /// At most this many holders are kept of a content.
  public let listLimit: Int
  let seed: UInt64
  var lists: [[HolderReference]] = []
  var peers: [HolderPeer] = []
  var torrents: [SwarmID] = []
  /// Positions in `peers`, counted from 1, 0 for none; a power of two of them.
  var slots = [UInt32](repeating: 0, count: 16)
  var living = 0
  /// Positions in `peers` that no list names any more.
  var free: [UInt32] = []
  /// Those of peers that are gone: since before the sweep under way, and since it began.
  var leaving: [UInt32] = []
  var left: [UInt32] = []
  /// Where the sweep goes on, in `lists` and in `peers`.
  var cursor = (list: 0, peer: 0)

  public init(listLimit: Int = 64, seed: UInt64) {
    self.listLimit = max(1, listLimit)
    self.seed = seed
  }

  /// How many peers have announced pieces and are not gone.
  public var peerCount: Int { living }
  /// How many holders are in the lists.
  public var holderCount: Int { lists.reduce(0) { $0 + $1.count } }
  /// The memory that it takes, in bytes.
  public var bytes: Int {
    peers.capacity * MemoryLayout<HolderPeer>.stride + slots.capacity * 4
      + lists.capacity * MemoryLayout<[HolderReference]>.stride
      + lists.reduce(0) { $0 + ($1.capacity == 0 ? 0 : 32 + $1.capacity * 4) }
      + (free.capacity + leaving.capacity + left.capacity) * 4
  }

  /// Takes over what a peer holds of a numbered torrent.
  ///
  /// - Parameters:
  ///   - ranges: its piece numbers, sorted and disjoint.
  ///   - isMore: whether they add to what it announced before, and do not replace it.
  ///   - peer: who.
  ///   - torrent: which numbers these are.
  ///   - now: the time.
  ///   - canGrow: whether a peer that is new may be stored.
  ///   - random: chooses whose place is taken.
  public mutating func hold(
    _ ranges: [PieceRange], isMore: Bool, by peer: Endpoint, of torrent: NumberedTorrent,
    at now: Moment, canGrow: Bool, _ random: inout SwarmRandom
  ) {
    guard let position = find(peer, torrent.id) ?? (canGrow ? add(peer, torrent.id) : nil) else {
      return
    }
    peers[position].stamp = now.tick
    if !isMore { peers[position].version = (peers[position].version &+ 1) & 0x7F }
    let version = peers[position].version
    if lists.count < torrent.contentCount {
      lists.reserveCapacity(torrent.contentCount)
      while lists.count < torrent.contentCount { lists.append([]) }
    }
    torrent.forEachContent(in: ranges, limit: TrackerLimits.heldContents) { content, isWhole in
      note(
        HolderReference(peer: position, version: version, isWhole: isWhole), of: content, &random)
    }
  }

  /// Notes that a peer was heard without a word of what it holds.
  public mutating func refresh(_ peer: Endpoint, of torrent: SwarmID, at now: Moment) {
    if let position = find(peer, torrent) { peers[position].stamp = now.tick }
  }

  /// Forgets what a peer holds of a torrent.
  public mutating func stop(_ peer: Endpoint, of torrent: SwarmID) {
    if let position = find(peer, torrent) { retire(position) }
  }

  @inline(__always)
  private mutating func note(
    _ reference: HolderReference, of content: Int, _ random: inout SwarmRandom
  ) {
    let isKnown = lists[content].withUnsafeMutableBufferPointer { list in
      guard let index = HolderReference.firstIndex(of: reference.peer, in: list) else {
        return false
      }
      list[index] = reference
      return true
    }
    if isKnown { return }
    let count = lists[content].count
    if count < listLimit {
      if count == lists[content].capacity {
        lists[content].reserveCapacity(min(listLimit, max(4, count * 2)))
      }
      lists[content].append(reference)
      return
    }
    // Of two at random the one who is gone, so that the dead do not stay for long.
    let first = random.below(count)
    let victim = isLive(lists[content][first]) ? random.below(count) : first
    lists[content][victim] = reference
  }

  /// Whether what a reference says still stands. A peer that was not heard for its lifetime is gone
  /// when a sweep has found it.
  @inline(__always)
  func isLive(_ reference: HolderReference) -> Bool {
    let peer = peers[reference.peer]
    return peer.isAlive && peer.version == reference.version
  }
}
