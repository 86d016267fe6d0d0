// SPDX-License-Identifier: Apache-2.0

/// When a newer index is looked for: now and then, and soon where a peer knows of one. No clock.
///
/// Who names numbers that no index has costs the mirror little: looks that come to nothing are ever
/// further apart. The first of them are close, because an archive that is a peer itself names its
/// numbers some seconds before the index that has them is in its place.
package struct RefreshSchedule: Hashable, Sendable {
  /// The least time between two looks that peers are the reason of.
  private static let shortestPause = Duration.seconds(5)

  private let interval: Duration
  private var due: Duration
  private var began: Duration?
  private var pause: Duration
  /// Whether a peer knows of more than the last look has found, or may.
  private var isHinted = false
  private var wasHinted = false
  private var isRunning = false

  /// The index was read at `now`; the next look is due after `interval`.
  package init(every interval: Duration, now: Duration) {
    self.interval = interval
    pause = min(interval, Self.shortestPause)
    due = now + interval
  }

  /// A peer names numbers beyond those that we know.
  package mutating func hint(now: Duration) {
    isHinted = true
    due = min(due, began.map { max(now, $0 + pause) } ?? now)
  }

  /// Whether a look is due, which then is under way.
  package mutating func begin(now: Duration) -> Bool {
    guard !isRunning, now >= due else { return false }
    isRunning = true
    began = now
    wasHinted = isHinted
    isHinted = false
    due = now + interval
    return true
  }

  /// A look has ended.
  package mutating func ended(hasNews: Bool, now: Duration) {
    isRunning = false
    if hasNews {
      pause = min(interval, Self.shortestPause)
    } else if wasHinted {
      // The mirror may be behind: it is asked again, and less and less often.
      isHinted = true
      due = min(due, now + pause)
      pause = min(interval, pause * 2)
    }
  }
}
