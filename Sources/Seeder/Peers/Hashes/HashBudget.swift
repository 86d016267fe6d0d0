// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// How many hash requests one peer may make: each may have a whole piece read.
struct HashBudget {
  private var left: Int
  private var counted: NIODeadline
  private var pending = 0
  private let burst: Int
  private let perSecond: UInt64
  /// More are not worked on at once.
  private static let mostPending = 16

  init(_ limits: SeederLimits, now: NIODeadline) {
    burst = limits.hashBurst
    perSecond = limits.hashesPerSecond
    left = burst
    counted = now
  }

  /// Whether one more is answered, and then to be finished.
  mutating func take(now: NIODeadline) -> Bool {
    let seconds = UInt64(max(0, (now - counted).nanoseconds)) / 1_000_000_000
    if seconds > 0 {
      left = Int(min(UInt64(burst), UInt64(left) + min(seconds, 3600) * perSecond))
      counted = now
    }
    guard left > 0, pending < Self.mostPending else { return false }
    left -= 1
    pending += 1
    return true
  }

  mutating func finish() { pending -= 1 }
}
