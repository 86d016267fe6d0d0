// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import Glibc
internal import Synchronization

/// Keeps all workers of a run together below a rate.
final class Throttle: Sendable {
  private let pace: Mutex<Pace>
  private let begin = ContinuousClock.now

  /// Allows `bandwidth` bytes a second.
  init(_ bandwidth: ByteCount) { pace = Mutex(Pace(bandwidth)) }

  /// Waits until `count` more bytes may be read; blocks the thread, a tenth of a second at a time.
  ///
  /// - Throws: `CancellationError`.
  func wait(for count: Int) throws {
    let due = pace.withLock { $0.take(count, at: ContinuousClock.now - begin) }
    while true {
      let rest = due - (ContinuousClock.now - begin)
      guard rest > .zero else { return }
      try Task.checkCancellation()
      usleep(UInt32(min(rest, .milliseconds(100)) / .microseconds(1)) + 1)
    }
  }
}

/// When the next bytes are due, at a constant rate; time is told from outside.
struct Pace {
  private let secondsPerByte: Double
  /// When all bytes that were taken will have been due.
  private var next = Duration.zero

  /// The pace of `bandwidth` bytes a second, at least one.
  init(_ bandwidth: ByteCount) { secondsPerByte = 1 / Double(max(1, bandwidth.rawValue)) }

  /// When the next `count` bytes may be read, now or later. Time that nobody used is lost: a pause
  /// earns no burst.
  mutating func take(_ count: Int, at now: Duration) -> Duration {
    let due = max(next, now)
    next = due + .seconds(Double(count) * secondsPerByte)
    return due
  }
}
