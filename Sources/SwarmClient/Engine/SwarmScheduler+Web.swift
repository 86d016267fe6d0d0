// SPDX-License-Identifier: Apache-2.0

/// Pieces of one file in a row that are asked of a web seed together.
package struct WebRun: Hashable, Sendable {
  package let file: Int
  package let pieces: Range<Int>

  package var keys: [PieceKey] { pieces.map { PieceKey(file: file, piece: $0) } }
}

/// What is asked of web seeds.
extension SwarmScheduler {
  /// Whether there are peers from which pieces may come.
  package var hasPeers: Bool { peers.values.contains { !$0.isMirror } }

  /// Whether the mirror is to be asked for a missing piece: nobody else has it or is getting it, or
  /// those who do are slow.
  func isForMirror(_ key: PieceKey, _ arePeersSlow: Bool) -> Bool {
    if claimants[key.file][key.piece] > 0 { return false }
    return holders[key.file][key.piece] == 0 || arePeersSlow
  }

  /// Whether peers send nothing of what they have, or less than a web seed that has waited for them
  /// would.
  mutating func arePeersSlow(_ now: Duration) -> Bool {
    if now - lastPeerByte > policy.patience { return true }
    guard let waitingSince, now - waitingSince > policy.patience else { return false }
    return peerRate.current(now) < bestWebRate / 2
  }

  /// What to ask of a web seed next, of files that `has` says it has.
  ///
  /// - Parameters:
  ///   - has: whether the web seed has a file, by its position.
  ///   - busy: what web seeds are sending.
  ///   - limit: bytes, unless the first piece alone is longer.
  ///   - now: the time.
  /// - Returns: nil when there is nothing, for now.
  package mutating func nextRun(
    of has: (Int) -> Bool, excluding busy: Set<PieceKey> = [],
    limit: UInt64, now: Duration
  ) -> WebRun? {
    let isSlow = arePeersSlow(now)
    var isWaiting = false
    // Alone, the order asked for is as good as any; with others, each begins somewhere else.
    let isOrdered = policy.isStreaming || !hasPeers
    var best: (key: PieceKey, rank: UInt32)?
    for file in window where has(file) {
      for piece in states[file].indices where states[file][piece] == .missing {
        let key = PieceKey(file: file, piece: piece)
        guard isForMirror(key, isSlow) else {
          isWaiting = true
          continue
        }
        if best.map({ !isOrdered && ranks[file][piece] < $0.rank }) ?? true {
          best = (key, ranks[file][piece])
        }
      }
      if isOrdered, best != nil { break }
    }
    if let best {
      if !isSlow { waitingSince = nil }
      return run(from: best.key, limit: limit, isSlow)
    }
    if isWaiting { waitingSince = waitingSince ?? now } else { waitingSince = nil }
    return hedge(of: has, excluding: busy, now: now)
  }

  /// At the end, a piece that a peer is slow to send.
  private func hedge(
    of has: (Int) -> Bool, excluding busy: Set<PieceKey>, now: Duration
  ) -> WebRun? {
    guard idlePieces == 0 else { return nil }
    for file in window where has(file) {
      for piece in states[file].indices {
        guard case .active(sources: 1, let since) = states[file][piece],
          now - since > policy.webHedge, !busy.contains(PieceKey(file: file, piece: piece))
        else { continue }
        return WebRun(file: file, pieces: piece..<piece + 1)
      }
    }
    return nil
  }

  private func run(from key: PieceKey, limit: UInt64, _ isSlow: Bool) -> WebRun {
    var end = key.piece + 1
    var bytes = UInt64(length(key))
    while end < states[key.file].count, states[key.file][end] == .missing {
      let next = PieceKey(file: key.file, piece: end)
      bytes += UInt64(length(next))
      guard bytes <= limit, isForMirror(next, isSlow) else { break }
      end += 1
    }
    return WebRun(file: key.file, pieces: key.piece..<end)
  }
}
