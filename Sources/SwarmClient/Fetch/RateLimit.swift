// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import Glibc
private import Synchronization

/// Keeps threads that write from taking more bytes a second than they may.
final class RateLimit: Sendable {
  private let nanosecondsPerByte: Double
  private let free: Mutex<ContinuousClock.Instant>

  /// `rate` bytes a second.
  init(_ rate: ByteCount) {
    nanosecondsPerByte = 1e9 / Double(max(1, rate.rawValue))
    free = Mutex(ContinuousClock.now)
  }

  /// Waits until `count` more bytes may pass.
  func take(_ count: Int) {
    let wait = free.withLock { free in
      let now = ContinuousClock.now
      let start = max(now, free)
      free = start + .nanoseconds(Int64(Double(count) * nanosecondsPerByte))
      return start - now
    }
    guard wait > .zero else { return }
    let parts = wait.components
    var time = timespec(
      tv_sec: Int(parts.seconds), tv_nsec: Int(parts.attoseconds / 1_000_000_000))
    nanosleep(&time, nil)
  }
}
