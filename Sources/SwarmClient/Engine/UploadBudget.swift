// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Bounds what is sent to peers: bytes that may go out now, and more of them as time passes.
struct UploadBudget {
  private let rate: Double?
  private var left: Double
  private var updated: Duration

  init(_ rate: ByteCount?, now: Duration) {
    self.rate = rate.map { Double($0.rawValue) }
    left = self.rate.map { min($0, 262_144) } ?? 0
    updated = now
  }

  /// Takes `bytes`, if some may go out.
  mutating func take(_ bytes: Int, now: Duration) -> Bool {
    guard let rate else { return true }
    left = min(rate, left + (now - updated) / .seconds(1) * rate)
    updated = now
    guard left > 0 else { return false }
    left -= Double(bytes)
    return true
  }
}
