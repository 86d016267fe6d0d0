// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// What an announce to a numbered torrent says about pieces, in memory that is used again.
public struct PieceInterest: Sendable {
  /// What the peer holds, sorted and disjoint.
  public var have: [PieceRange] = []
  /// What it looks for, sorted and disjoint.
  public var want: [PieceRange] = []
  /// Whether `have` was given; an empty one withdraws all.
  public var hasHave = false
  /// Whether `have` adds to what was announced before, and does not replace it.
  public var isMore = false

  public init() {}

  var isEmpty: Bool { !hasHave && want.isEmpty }

  mutating func removeAll() {
    have.removeAll(keepingCapacity: true)
    want.removeAll(keepingCapacity: true)
    hasHave = false
    isMore = false
  }
}

/// Reads a list of piece numbers, `0-4,17,30-99`, as it stands in a query.
///
/// - Throws: `Refusal.ranges` unless the numbers rise and the list is within the limits.
func readRanges(
  _ text: RawSpan, into ranges: inout [PieceRange], limit: Int
) throws(Refusal) {
  var offset = 0
  // One below the least number that may come.
  var last: Int64 = -1
  while offset < text.byteCount {
    let first = try readNumber(text, &offset)
    var end = first
    if offset < text.byteCount, text[offset] == UInt8(ascii: "-") {
      offset += 1
      end = try readNumber(text, &offset)
    }
    guard Int64(first) > last, end >= first, ranges.count < limit else { throw .ranges }
    ranges.append(PieceRange(first, end))
    last = Int64(end)
    if offset == text.byteCount { return }
    guard text[offset] == UInt8(ascii: ","), offset + 1 < text.byteCount else { throw .ranges }
    offset += 1
  }
}

private func readNumber(_ text: RawSpan, _ offset: inout Int) throws(Refusal) -> UInt32 {
  let start = offset
  var number: UInt64 = 0
  while offset < text.byteCount, (0x30...0x39).contains(text[offset]) {
    number = number * 10 + UInt64(text[offset] - 0x30)
    guard number <= UInt64(UInt32.max) else { throw .ranges }
    offset += 1
  }
  // One form for each number: no leading zeros.
  guard offset > start, offset == start + 1 || text[start] != 0x30 else { throw .ranges }
  return UInt32(number)
}
