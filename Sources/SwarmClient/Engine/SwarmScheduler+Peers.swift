// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import PackagesParser
package import PeerWire

/// What peers say, and what is asked of them.
extension SwarmScheduler {
  /// A peer of a torrent, by any number that its owner gives it.
  package mutating func add(peer: Int, torrent: TorrentID, isMirror: Bool, now: Duration) {
    if !isMirror, !hasMetPeers {
      // The first one has had no time to send anything.
      hasMetPeers = true
      lastPeerByte = max(lastPeerByte, now)
    }
    var state = Peer(torrent: torrent)
    state.isMirror = isMirror
    peers[peer] = state
  }

  package mutating func remove(peer: Int) {
    guard let state = peers[peer] else { return }
    setClaims(peer, [:])
    count(state, -1)
    peers[peer] = nil
  }

  /// Counts all pieces that a peer has in or out.
  mutating func count(_ peer: Peer, _ step: Int) {
    guard !peer.isMirror, !peer.has.isEmpty else { return }
    for key in keys(in: peer.torrent) where number(of: key, held: peer) != nil {
      holders[key.file][key.piece] += step
    }
  }

  /// A number by which a peer has a piece, the newest if it has several; nil when it has none.
  func number(of key: PieceKey, held peer: Peer) -> UInt32? {
    for numbering in numberings[key.file].reversed() where numbering.torrent.id == peer.torrent {
      let number = numbering.number(of: key.piece).rawValue
      if peer.has.contains(number) { return number }
    }
    return nil
  }

  /// A number by which a peer has a piece, and by which it is asked for it.
  package func number(of key: PieceKey, heldBy peer: Int) -> UInt32? {
    peers[peer].flatMap { number(of: key, held: $0) }
  }

  /// Changes what a peer has by many pieces.
  package mutating func update(peer: Int, _ change: (inout NumberSet) -> Void) {
    guard var state = peers[peer] else { return }
    count(state, -1)
    change(&state.has)
    count(state, 1)
    peers[peer] = state
  }

  /// A peer has a piece.
  package mutating func peer(_ peer: Int, has number: UInt32) {
    guard let state = peers[peer], peers[peer]?.has.insert(number) == true else { return }
    guard let key = key(number, in: state.torrent), self.number(of: key, held: state) == nil else {
      return
    }
    if !state.isMirror { holders[key.file][key.piece] += 1 }
    if state.claims[key] != nil {
      peers[peer]?.claims[key] = nil
      claimants[key.file][key.piece] -= 1
    }
  }

  /// A peer does not have a piece that it had.
  package mutating func peer(_ peer: Int, lost number: UInt32) {
    guard let state = peers[peer], peers[peer]?.has.remove(number) == true else { return }
    guard !state.isMirror, let key = key(number, in: state.torrent),
      self.number(of: key, heldBy: peer) == nil
    else { return }
    holders[key.file][key.piece] -= 1
  }

  package mutating func peer(_ peer: Int, isUnchoked: Bool) {
    peers[peer]?.isUnchoked = isUnchoked
  }

  /// A peer says that it is getting these pieces from a web seed, and no others.
  package mutating func peer(_ peer: Int, isFetching ranges: [PieceRange], now: Duration) {
    guard let state = peers[peer] else { return }
    var claims: [PieceKey: Duration] = [:]
    for entry in numbered[state.torrent] ?? [] {
      for range in ranges where range.first <= entry.last && range.last >= entry.first {
        for number in max(range.first, entry.first)...min(range.last, entry.last) {
          let key = PieceKey(file: entry.file, piece: Int(number - entry.first))
          if self.number(of: key, held: state) == nil { claims[key] = state.claims[key] ?? now }
        }
      }
    }
    setClaims(peer, claims)
  }

  private mutating func setClaims(_ peer: Int, _ claims: [PieceKey: Duration]) {
    for key in (peers[peer]?.claims ?? [:]).keys { claimants[key.file][key.piece] -= 1 }
    for key in claims.keys { claimants[key.file][key.piece] += 1 }
    peers[peer]?.claims = claims
  }

  /// Forgets what peers said to be getting and did not get; such a peer is not believed again.
  package mutating func expireClaims(now: Duration) {
    for (peer, state) in peers where !state.claims.isEmpty {
      if state.claims.values.contains(where: { now - $0 > policy.claim }) {
        peers[peer]?.isBelieved = false
        setClaims(peer, [:])
      } else if !state.isBelieved {
        setClaims(peer, [:])
      }
    }
  }

  /// Whether a peer has any piece that we lack.
  package func wantsAnything(of peer: Int) -> Bool {
    guard let state = peers[peer], !state.has.isEmpty else { return false }
    return keys(in: state.torrent).contains { key in
      self.state(key) != .done && self.state(key) != .dropped
        && number(of: key, held: state) != nil
    }
  }

  /// The piece that a peer is to send next: the rarest one, and at the end one that another source is
  /// slow to send.
  ///
  /// - Parameters:
  ///   - peer: the peer.
  ///   - busy: what it is sending.
  ///   - isMirrorNeeded: whether the archive's own seeder is asked for a file, for want of a web seed.
  ///   - now: the time.
  /// - Returns: nil when it has none for us.
  package mutating func nextPiece(
    of peer: Int, excluding busy: Set<PieceKey>, isMirrorNeeded: (Int) -> Bool = { _ in true },
    now: Duration
  ) -> PieceKey? {
    guard let state = peers[peer], state.isUnchoked else { return nil }
    var best: (key: PieceKey, holders: Int, rank: UInt32)?
    var hedge: (key: PieceKey, since: Duration)?
    let window = window
    let isSlow = arePeersSlow(now)
    for entry in numbered[state.torrent] ?? [] where window.contains(entry.file) {
      for number in entry.first...entry.last where state.has.contains(number) {
        let key = PieceKey(file: entry.file, piece: Int(number - entry.first))
        if busy.contains(key) { continue }
        switch self.state(key) {
        case .done, .dropped: break
        case .missing:
          if state.isMirror, !isMirrorNeeded(key.file) || !isForMirror(key, isSlow) { break }
          let candidate = (key, policy.isStreaming ? 0 : holders(of: key), rank(key))
          if let best, (best.holders, best.rank) <= (candidate.1, candidate.2) { break }
          best = candidate
        case .active(let sources, let since):
          guard busy.isEmpty, sources == 1, idlePieces == 0, now - since > policy.hedge,
            !state.isMirror
          else { break }
          if hedge.map({ since < $0.since }) ?? true { hedge = (key, since) }
        }
      }
    }
    return best?.key ?? hedge?.key
  }

  private func holders(of key: PieceKey) -> Int { holders[key.file][key.piece] }

  /// Places in the order in which pieces that are equally rare are taken.
  func rank(_ key: PieceKey) -> UInt32 {
    policy.isStreaming ? UInt32(clamping: key.file * 4096 + key.piece) : ranks[key.file][key.piece]
  }
}
