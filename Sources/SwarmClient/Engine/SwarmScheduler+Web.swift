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
  func isForMirror(_ key: PieceKey, now: Duration) -> Bool {
    let isHeld = holders[key.file][key.piece] > 0
    let isClaimed = claimants[key.file][key.piece] > 0
    guard isHeld || isClaimed else { return true }
    return !isClaimed && arePeersSlow(now)
  }

  /// Whether peers send nothing of what they have.
  func arePeersSlow(_ now: Duration) -> Bool { now - lastPeerByte > policy.patience }

  /// What to ask of a web seed next.
  ///
  /// - Parameters:
  ///   - has: whether the web seed has a file, by its position.
  ///   - limit: bytes, unless the first piece alone is longer.
  ///   - now: the time.
  /// - Returns: nil when there is nothing, for now.
  package func nextRun(
    of has: (Int) -> Bool, limit: UInt64, now: Duration
  ) -> WebRun? {
    // Alone, the order asked for is as good as any; with others, each begins somewhere else.
    let isOrdered = policy.isStreaming || !hasPeers
    var best: (key: PieceKey, rank: UInt32)?
    for file in window where has(file) {
      for piece in states[file].indices where states[file][piece] == .missing {
        let key = PieceKey(file: file, piece: piece)
        guard isForMirror(key, now: now) else { continue }
        if isOrdered { return run(from: key, limit: limit, now: now) }
        let rank = ranks[file][piece]
        if best.map({ rank < $0.rank }) ?? true { best = (key, rank) }
      }
    }
    return best.map { run(from: $0.key, limit: limit, now: now) }
  }

  private func run(from key: PieceKey, limit: UInt64, now: Duration) -> WebRun {
    var end = key.piece + 1
    var bytes = UInt64(length(key))
    while end < states[key.file].count, states[key.file][end] == .missing {
      let next = PieceKey(file: key.file, piece: end)
      bytes += UInt64(length(next))
      guard bytes <= limit, isForMirror(next, now: now) else { break }
      end += 1
    }
    return WebRun(file: key.file, pieces: key.piece..<end)
  }
}
