// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// What one piece index tells of a torrent at a moment (docs/formats.md section 8.3).
struct ToldTable {
  private(set) var numbers: [Int: PieceNumberRange] = [:]
  private var contents: [PieceNumber: Int] = [:]

  /// The contents that it tells of.
  var told: [Int] { numbers.keys.sorted() }

  /// Adds a content, or replaces what was told of it.
  mutating func add(_ content: Int, _ range: PieceNumberRange) {
    if let old = numbers.updateValue(range, forKey: content) { contents[old.first] = nil }
    contents[range.first] = content
  }

  /// Removes the contents whose numbers are `range`, one behind the other.
  ///
  /// - Returns: the first number of it that nobody here has; nil when each had its content.
  mutating func retire(_ range: PieceNumberRange) -> PieceNumber? {
    var next = range.first
    while true {
      guard let content = contents[next], let numbers = numbers[content],
        numbers.last <= range.last
      else { return next }
      contents[next] = nil
      self.numbers[content] = nil
      guard numbers.last < range.last else { return nil }
      next = PieceNumber(numbers.last.rawValue + 1)
    }
  }
}
