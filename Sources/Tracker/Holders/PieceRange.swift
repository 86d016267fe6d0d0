// SPDX-License-Identifier: Apache-2.0

/// Consecutive piece numbers, both ends included.
public struct PieceRange: Hashable, Sendable {
  public let first: UInt32
  public let last: UInt32

  public init(_ first: UInt32, _ last: UInt32) {
    self.first = first
    self.last = last
  }
}

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

/// Reads a list of piece numbers as it stands in a UDP option: for each range how many numbers are
/// skipped since the last one, and how many more than one it has, both in LEB128.
///
/// - Throws: `Refusal.ranges` unless the list is well formed and within the limits.
func readPackedRanges(
  _ bytes: some Sequence<UInt8>, into ranges: inout [PieceRange], limit: Int
) throws(Refusal) {
  var iterator = bytes.makeIterator()
  var next: UInt64 = 0
  while let byte = iterator.next() {
    let first = next + (try readVariable(byte, &iterator))
    guard let byte = iterator.next() else { throw .ranges }
    let last = first + (try readVariable(byte, &iterator))
    guard last <= UInt64(UInt32.max), ranges.count < limit else { throw .ranges }
    ranges.append(PieceRange(UInt32(first), UInt32(last)))
    next = last + 1
  }
}

private func readVariable(
  _ start: UInt8, _ bytes: inout some IteratorProtocol<UInt8>
) throws(Refusal) -> UInt64 {
  var number = UInt64(start & 0x7F)
  var shift: UInt64 = 7
  var byte = start
  while byte & 0x80 != 0 {
    guard shift < 35, let next = bytes.next() else { throw .ranges }
    byte = next
    number |= UInt64(byte & 0x7F) << shift
    shift += 7
  }
  // One form for each number: no empty last byte.
  guard byte != 0 || start & 0x80 == 0 else { throw .ranges }
  return number
}
