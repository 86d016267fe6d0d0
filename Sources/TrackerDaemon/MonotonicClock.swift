// SPDX-License-Identifier: Apache-2.0

private import Glibc
internal import Tracker

extension Moment {
  /// The machine's clock that is never set, to the last timer interrupt, which costs no more than a
  /// read of memory.
  static var now: Moment {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return Moment(seconds: UInt64(time.tv_sec))
  }

  /// The same clock in milliseconds.
  static var milliseconds: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
    return UInt64(time.tv_sec) * 1000 + UInt64(time.tv_nsec) / 1_000_000
  }
}
