// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// The files with the largest numbers, found in bounded memory: Space-Saving (Metwally, Agrawal and
/// El Abbadi, 2005), a batch at a time.
///
/// A file that is not among those kept takes over the smallest kept number as the error of its own,
/// so no number is ever too small, and each is too large by no more than its error.
struct TopFiles: Sendable {
  /// One file of those that are kept.
  struct Entry: Hashable, Sendable {
    var weight: UInt64
    /// By how much `weight` may be too large.
    var error: UInt64
    var demand: FileDemand
  }

  private(set) var entries: [ArchivePath: Entry] = [:]
  private let capacity: Int
  private let weigh: @Sendable (FileDemand) -> UInt64

  /// Keeps `capacity` files, by what `weigh` makes of the demand for each.
  init(capacity: Int, by weigh: @escaping @Sendable (FileDemand) -> UInt64) {
    self.capacity = max(1, capacity)
    self.weigh = weigh
  }

  /// Adds a batch.
  mutating func add(_ batch: [ArchivePath: FileDemand]) {
    let isFull = entries.count >= capacity
    let floor = isFull ? entries.values.lazy.map(\.weight).min() ?? 0 : 0
    for (path, demand) in batch {
      let weight = weigh(demand)
      guard weight > 0 else { continue }
      var entry = entries[path] ?? Entry(weight: floor, error: floor, demand: FileDemand())
      entry.weight += weight
      entry.demand += demand
      entries[path] = entry
    }
    guard entries.count > capacity else { return }
    entries = Dictionary(
      uniqueKeysWithValues: sorted.prefix(capacity).map { ($0.key, $0.value) })
  }

  /// The largest first; of equals, in the order of their paths.
  var sorted: [(key: ArchivePath, value: Entry)] {
    entries.sorted {
      $0.value.weight != $1.value.weight ? $0.value.weight > $1.value.weight : $0.key < $1.key
    }
  }
}
