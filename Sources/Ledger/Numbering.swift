// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// The number line of one generation: what is taken, what is alive.
///
/// Pure arithmetic over numbers; the ledger makes its results durable before anything is
/// published.
package struct Numbering: Hashable, Sendable {
  /// The lowest number a living content has; never decreases.
  package private(set) var floor: PieceNumber
  /// The next number to be given; never decreases, also not over a crash.
  package private(set) var next: PieceNumber
  /// How many numbers belong to living contents.
  package private(set) var live: UInt64

  package init(
    floor: PieceNumber = PieceNumber(0), next: PieceNumber = PieceNumber(0), live: UInt64 = 0
  ) {
    self.floor = floor
    self.next = next
    self.live = live
  }

  /// Gives the next `count` numbers; nil when 32 bits are used up or `count` is 0.
  package mutating func allocate(_ count: UInt32) -> PieceNumberRange? {
    // The last number of 32 bits stays free, so that `next` is always a number.
    guard let range = PieceNumberRange(first: next, count: count),
      range.last.rawValue < .max
    else { return nil }
    next = PieceNumber(range.last.rawValue + 1)
    live += UInt64(count)
    return range
  }

  /// Whether a content that returns may have its old numbers back.
  package func canRevive(_ range: PieceNumberRange) -> Bool { range.first >= floor }

  /// Gives a returning content its old numbers.
  package mutating func revive(_ range: PieceNumberRange) { live += UInt64(range.count) }

  /// Retires a content's numbers.
  package mutating func retire(_ range: PieceNumberRange) {
    live -= min(live, UInt64(range.count))
  }

  /// Moves the floor up to `lowest`, the lowest living number, or to `next` when none lives.
  package mutating func raiseFloor(toLowestLive lowest: PieceNumber?) {
    floor = max(floor, lowest ?? next)
  }

  /// How much of the span between floor and next lives, in percent; 100 for an empty span.
  package var livePercent: Double {
    guard next > floor else { return 100 }
    return Double(live) * 100 / Double(next.rawValue - floor.rawValue)
  }
}
