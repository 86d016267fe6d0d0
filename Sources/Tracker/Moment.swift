// SPDX-License-Identifier: Apache-2.0

/// A time of a clock that never goes back, in whole seconds.
public struct Moment: Hashable, Comparable, Sendable {
  /// Peers are stamped with a byte, which goes round after 68 minutes.
  public static let secondsPerTick: UInt64 = 16

  public let seconds: UInt64

  public init(seconds: UInt64) { self.seconds = seconds }

  /// The stamp of this time.
  var tick: UInt8 { UInt8(truncatingIfNeeded: seconds / Self.secondsPerTick) }

  public static func < (a: Moment, b: Moment) -> Bool { a.seconds < b.seconds }
}
