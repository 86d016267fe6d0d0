// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// Every number that piece indices give, over all of a suite's: no number may belong to two contents
/// of one generation.
package struct GivenNumbers: Sendable {
  /// Numbers that two contents have.
  package struct Collision: Hashable, Sendable {
    package let torrent: TorrentID
    package let numbers: PieceNumberRange
    package let content: ContentID
    package let otherNumbers: PieceNumberRange
    package let other: ContentID
  }

  private struct Entry: Hashable {
    let numbers: PieceNumberRange
    let content: ContentID

    func isBefore(_ other: Self) -> Bool {
      (numbers.first, numbers.last, content.sha256)
        < (other.numbers.first, other.numbers.last, other.content.sha256)
    }
  }

  private var entries: [TorrentID: Set<Entry>] = [:]

  package init() {}

  /// Notes that `content` has `numbers` in a generation; that it is told of twice is no matter.
  package mutating func give(
    _ numbers: PieceNumberRange, to content: ContentID, in torrent: TorrentID
  ) {
    entries[torrent, default: []].insert(Entry(numbers: numbers, content: content))
  }

  /// The numbers that were given twice, at most `limit` of them.
  package func collisions(limit: Int = 1000) -> [Collision] {
    var collisions: [Collision] = []
    for (torrent, entries) in entries.sorted(by: { $0.key.description < $1.key.description }) {
      var last: Entry?
      for entry in entries.sorted(by: { $0.isBefore($1) }) {
        if let last, last.numbers.last >= entry.numbers.first, collisions.count < limit {
          collisions.append(
            Collision(
              torrent: torrent, numbers: entry.numbers, content: entry.content,
              otherNumbers: last.numbers, other: last.content))
        }
        // Of two that overlap, the one that reaches further meets what comes next.
        if last.map({ $0.numbers.last <= entry.numbers.last }) ?? true { last = entry }
      }
    }
    return collisions
  }
}

extension GivenNumbers.Collision: CustomStringConvertible {
  package var description: String {
    content == other
      ? "\(content) has the numbers \(numbers) and \(otherNumbers), which overlap"
      : "the numbers \(numbers) of \(content) and \(otherNumbers) of \(other) overlap"
  }
}
