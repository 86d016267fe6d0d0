// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// A place on the circle on which all contents lie, by their digests.
///
/// A share of the pool is an arc of it: runs that take one arc after the other have read everything
/// when they are round, whatever came and went meanwhile.
package struct PoolPosition: Hashable, Sendable {
  package let value: UInt64

  package init(_ value: UInt64) { self.value = value }

  /// Where a content lies.
  package init(_ content: ContentID) { value = content.sha256.tableHash }

  /// How far from `start` on, all the way round if need be.
  package func distance(from start: PoolPosition) -> UInt64 { value &- start.value }
}

/// An arc of the circle.
package struct PoolArc: Hashable, Sendable {
  package let start: PoolPosition
  /// In percent of the circle, 0 to 100.
  package let percent: Int

  package init(start: PoolPosition, percent: Int) {
    self.start = start
    self.percent = min(max(percent, 0), 100)
  }

  /// Its length; nil for the whole circle. Rounded up, so that no gap remains at the end.
  private var length: UInt64? {
    guard percent < 100 else { return nil }
    return percent == 0 ? 0 : UInt64.max / 100 * UInt64(percent) + UInt64(percent)
  }

  /// Whether a content at `position` is in it.
  package func contains(_ position: PoolPosition) -> Bool {
    length.map { position.distance(from: start) < $0 } ?? true
  }

  /// Where the next one begins.
  package var end: PoolPosition { PoolPosition(start.value &+ (length ?? 0)) }
}
