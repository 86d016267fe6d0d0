// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// A rate in bytes a second, kept by going into debt and waiting it off.
package struct TokenBucket: Sendable {
  /// Nanoseconds that a byte costs.
  private let cost: Double
  /// Until when what was sent is paid for.
  private var paid = NIODeadline.uptimeNanoseconds(0)

  /// `rate` in bytes a second, at least one.
  package init(rate: UInt64) { cost = 1e9 / Double(max(1, rate)) }

  /// Takes `count` bytes; returns how long to wait before the next are sent.
  package mutating func take(_ count: UInt64, now: NIODeadline) -> TimeAmount {
    let price = TimeAmount.nanoseconds(Int64(min(Double(count) * cost, 3.6e12)))
    // A second of silence saves up a quarter of a second's bytes, no more.
    paid = max(paid, now - .milliseconds(250)) + price
    return max(.zero, paid - now)
  }
}
