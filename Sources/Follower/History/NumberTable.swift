// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Which content was given which numbers of one torrent, over all piece indices of a suite.
struct NumberTable {
  struct Entry {
    let numbers: PieceNumberRange
    let content: Int
  }

  /// In number order.
  private(set) var entries: [Entry] = []

  /// Notes that `content` was given `numbers`; false when some of them are another content's, or
  /// the same content's in another range.
  mutating func insert(_ numbers: PieceNumberRange, content: Int) -> Bool {
    // Nearly always the next ones.
    guard let last = entries.last, numbers.first <= last.numbers.last else {
      entries.append(Entry(numbers: numbers, content: content))
      return true
    }
    let position = position(of: numbers.first)
    if position < entries.count, entries[position].numbers.first == numbers.first {
      return entries[position].numbers == numbers && entries[position].content == content
    }
    if position > 0, entries[position - 1].numbers.last >= numbers.first { return false }
    if position < entries.count, entries[position].numbers.first <= numbers.last { return false }
    entries.insert(Entry(numbers: numbers, content: content), at: position)
    return true
  }

  /// The first entry that begins at `number` or behind it.
  private func position(of number: PieceNumber) -> Int {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].numbers.first < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
