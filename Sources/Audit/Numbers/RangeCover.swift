// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// A growing set of numbers, for telling whether a range lies in it whole.
struct RangeCover: Sendable {
  // In order of appearance until someone asks; then sorted, joined.
  private var ranges: [PieceRange] = []
  private var isSorted = true

  mutating func insert(_ range: PieceNumberRange) {
    ranges.append(PieceRange(range.first.rawValue, range.last.rawValue))
    isSorted = false
  }

  /// Whether every number of `range` is in the set.
  mutating func covers(_ range: PieceNumberRange) -> Bool {
    join()
    let first = range.first.rawValue, last = range.last.rawValue
    // The last range that begins no later.
    var low = 0, high = ranges.count
    while low < high {
      let middle = (low + high) / 2
      if ranges[middle].first <= first { low = middle + 1 } else { high = middle }
    }
    return low > 0 && ranges[low - 1].last >= last
  }

  private mutating func join() {
    guard !isSorted else { return }
    isSorted = true
    var joined: [PieceRange] = []
    for range in ranges.sorted(by: { ($0.first, $0.last) < ($1.first, $1.last) }) {
      if let end = joined.last, UInt64(range.first) <= UInt64(end.last) + 1 {
        joined[joined.count - 1] = PieceRange(end.first, max(end.last, range.last))
      } else {
        joined.append(range)
      }
    }
    ranges = joined
  }
}
