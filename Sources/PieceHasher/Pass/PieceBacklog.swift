// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// Pieces of one file that were read and wait for a worker to digest them.
final class PieceBacklog: Sendable {
  /// One piece in memory.
  struct Entry: Sendable {
    let index: Int
    let count: Int
    let buffer: PieceBuffer
  }

  private struct State {
    var waiting: [Entry] = []
    var helpers = 0
  }

  private let state = Mutex(State())

  /// Whether somebody will come for the next piece.
  var hasHelpers: Bool { state.withLock { $0.helpers > 0 } }

  func add(_ entry: Entry) { state.withLock { $0.waiting.append(entry) } }

  /// A helper begins.
  func join() { state.withLock { $0.helpers += 1 } }

  /// The piece read last, which is the likeliest still in the cache.
  func take() -> Entry? { state.withLock { $0.waiting.popLast() } }

  /// As `take`; nil ends the helper, which is said in the same step, so that nobody counts on it.
  func takeOrLeave() -> Entry? {
    state.withLock { state in
      if state.waiting.isEmpty { state.helpers -= 1 }
      return state.waiting.popLast()
    }
  }
}
