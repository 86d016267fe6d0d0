// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Bounds bytes a second: as many as a second's may come at once, and what is too much is waited for.
struct RateBudget {
  private let rate: Double?
  private var left: Double
  private var updated: Duration

  /// No bound without `rate`.
  init(_ rate: ByteCount?, now: Duration) {
    self.rate = rate.map { Double($0.rawValue) }
    left = self.rate.map { min($0, 262_144) } ?? 0
    updated = now
  }

  /// Whether more may pass now.
  mutating func allows(now: Duration) -> Bool {
    guard let rate else { return true }
    left = min(rate, left + (now - updated) / .seconds(1) * rate)
    updated = now
    return left > 0
  }

  /// Counts what passed.
  mutating func spend(_ bytes: Int) {
    if rate != nil { left -= Double(bytes) }
  }
}
