// SPDX-License-Identifier: Apache-2.0

/// When a torrent is announced to a tracker, and as what. No clock.
package struct AnnounceSchedule: Hashable, Sendable {
  /// When to announce next; nil for never.
  package private(set) var due: Duration?
  /// Whether the tracker knows of us.
  package private(set) var isKnown = false
  private var failures = 0
  private var notBefore: Duration
  private var toldComplete = false

  /// What a tracker that says nothing is asked at most every (docs/protocol.md), in seconds.
  private static let minimumInterval: Int64 = 60
  /// The first pause after a failure; each is twice the one before, up to half an hour.
  private static let firstPause: Int64 = 15
  private static let longestPause: Int64 = 1800

  /// Announces at once.
  package init(now: Duration) {
    due = now
    notBefore = now
  }

  /// The event of the next announce, for a peer that has all that it wants or not.
  package func event(isComplete: Bool) -> TrackerRequest.Event {
    if !isKnown { return .started }
    return isComplete && !toldComplete ? .paused : .none
  }

  /// An announce was answered.
  package mutating func succeeded(_ answer: TrackerAnswer, isComplete: Bool, now: Duration) {
    isKnown = true
    failures = 0
    toldComplete = isComplete
    let minimum = Int64(answer.minimumInterval ?? UInt32(Self.minimumInterval))
    notBefore = now + .seconds(max(1, minimum))
    due = now + .seconds(max(Int64(answer.interval), minimum, 1))
  }

  /// An announce came to nothing.
  package mutating func failed(_ failure: TrackerFailure, now: Duration) {
    switch failure {
    case .unusable: due = nil
    case .refused(_, let seconds):
      due = seconds.map { now + .seconds(Int64(max($0, 15))) }
    case .malformed, .unreachable:
      let pause = min(Self.firstPause << min(failures, 8), Self.longestPause)
      failures += 1
      due = now + .seconds(pause)
    }
    notBefore = due ?? now
  }

  /// There is something new to tell or to ask: sooner than the interval, but not than the tracker
  /// allows.
  package mutating func hurry(now: Duration) {
    guard let due else { return }
    self.due = min(due, max(now, notBefore))
  }

  /// An announce is under way.
  package mutating func begin(now: Duration) { due = now + .seconds(3600) }
}
