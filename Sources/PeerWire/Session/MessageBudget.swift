// SPDX-License-Identifier: Apache-2.0

/// Bounds how many small messages a peer sends, each of which costs time and earns it nothing.
struct MessageBudget: Sendable {
  private var left: Int
  private var refilled: Duration
  private let burst: Int
  private let perSecond: Int

  init(_ limits: WireLimits, now: Duration) {
    burst = limits.messageBurst
    perSecond = limits.messagesPerSecond
    left = burst
    refilled = now
  }

  /// Counts a message.
  ///
  /// - Throws: `WireError.flood`.
  mutating func take(now: Duration) throws(WireError) {
    if left == 0 {
      // Whole seconds are enough, and cheap.
      let seconds = max(0, (now - refilled).components.seconds)
      left = Int(min(Int64(burst), seconds * Int64(perSecond)))
      refilled = now
    }
    guard left > 0 else { throw .flood }
    left -= 1
  }
}
