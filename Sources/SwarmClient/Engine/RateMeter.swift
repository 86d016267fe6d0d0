// SPDX-License-Identifier: Apache-2.0

/// How many bytes a second came lately: an average in which a second ago counts half.
struct RateMeter: Sendable {
  private var rate = 0.0
  private var pending: UInt64 = 0
  private var updated: Duration

  init(now: Duration) { updated = now }

  /// Counts bytes that came.
  mutating func add(_ bytes: Int, now: Duration) {
    pending += UInt64(bytes)
    if now - updated >= .milliseconds(100) { settle(now) }
  }

  private mutating func settle(_ now: Duration) {
    let seconds = (now - updated) / .seconds(1)
    // Two to the power of minus the seconds, near enough for short ones.
    let kept = max(0, 1 - seconds * 0.5)
    rate = rate * kept + Double(pending) / seconds * (1 - kept)
    pending = 0
    updated = now
  }

  /// Bytes a second.
  mutating func current(_ now: Duration) -> Double {
    if now - updated >= .milliseconds(100) { settle(now) }
    return rate
  }
}
