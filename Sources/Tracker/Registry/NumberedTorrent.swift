// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A numbered torrent, and which content each of its piece numbers belongs to.
public struct NumberedTorrent: Sendable {
  public let id: SwarmID
  /// For people: suite, architecture, generation.
  public let name: String
  // Sorted, disjoint, with gaps.
  private var firsts: [UInt32] = []
  private var lasts: [UInt32] = []
  private var contents: [UInt32] = []
  /// One more than the greatest number of a content in it.
  private(set) var contentCount = 0

  public init(id: SwarmID, name: String) {
    self.id = id
    self.name = name
  }

  /// Adds the numbers of a content, which must lie above those added before; others are left out.
  ///
  /// `content` is a small number that means the same content in every torrent of the process.
  public mutating func append(_ numbers: PieceNumberRange, content: UInt32) {
    if let last = lasts.last, numbers.first.rawValue <= last { return }
    firsts.append(numbers.first.rawValue)
    lasts.append(numbers.last.rawValue)
    contents.append(content)
    contentCount = max(contentCount, Int(content) + 1)
  }

  /// Calls `body` with at most `limit` contents that have a number in `ranges`, and whether all of
  /// their numbers are; `ranges` are sorted and disjoint.
  func forEachContent(
    in ranges: [PieceRange], limit: Int, _ body: (_ content: Int, _ isWhole: Bool) -> Void
  ) {
    var left = limit
    var next = 0
    for range in ranges {
      var position = firstPosition(endingAtOrAfter: range.first, from: next)
      while position < firsts.count, firsts[position] <= range.last {
        if left == 0 { return }
        left -= 1
        body(
          Int(contents[position]),
          firsts[position] >= range.first && lasts[position] <= range.last)
        position += 1
      }
      // A content that lies in two ranges is told of once.
      next = position
    }
  }

  private func firstPosition(endingAtOrAfter number: UInt32, from start: Int) -> Int {
    var (low, high) = (start, lasts.count)
    while low < high {
      let middle = (low + high) / 2
      if lasts[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
