// SPDX-License-Identifier: Apache-2.0

/// Consecutive piece numbers, both ends included.
public struct PieceRange: Hashable, Sendable {
  public let first: UInt32
  public let last: UInt32

  /// Spans `first` to `last`, which is no less.
  @inlinable
  public init(_ first: UInt32, _ last: UInt32) {
    self.first = first
    self.last = last
  }
}

/// Rising ranges of piece numbers in few bytes: for each range how many numbers are skipped since the
/// one before, and how many more than one it has, both in LEB128.
public enum PackedRanges {
  /// Adds the ranges of `bytes` to `ranges`, which then has at most `limit`.
  ///
  /// - Returns: false where the list ends within a range, leaves 32 bits, is longer, or writes a
  ///   number in more bytes than it needs; what came before that has been added.
  public static func read(
    _ bytes: some Sequence<UInt8>, into ranges: inout [PieceRange], limit: Int
  ) -> Bool {
    var iterator = bytes.makeIterator()
    var next: UInt64 = 0
    while let byte = iterator.next() {
      guard let gap = readNumber(byte, &iterator), let byte = iterator.next(),
        let more = readNumber(byte, &iterator)
      else { return false }
      let last = next + gap + more
      guard last <= UInt64(UInt32.max), ranges.count < limit else { return false }
      ranges.append(PieceRange(UInt32(next + gap), UInt32(last)))
      next = last + 1
    }
    return true
  }

  private static func readNumber(
    _ start: UInt8, _ bytes: inout some IteratorProtocol<UInt8>
  ) -> UInt64? {
    var number = UInt64(start & 0x7F)
    var shift: UInt64 = 7
    var byte = start
    while byte & 0x80 != 0 {
      guard shift < 35, let next = bytes.next() else { return nil }
      byte = next
      number |= UInt64(byte & 0x7F) << shift
      shift += 7
    }
    // One form for each number: no empty last byte.
    return byte != 0 || start & 0x80 == 0 ? number : nil
  }

  /// Appends `ranges`, which rise and do not touch.
  public static func append(_ ranges: some Sequence<PieceRange>, to output: inout [UInt8]) {
    var next: UInt64 = 0
    for range in ranges {
      append(UInt64(range.first) - next, to: &output)
      append(UInt64(range.last - range.first), to: &output)
      next = UInt64(range.last) + 1
    }
  }

  private static func append(_ number: UInt64, to output: inout [UInt8]) {
    var rest = number
    while rest >= 0x80 {
      output.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    output.append(UInt8(truncatingIfNeeded: rest))
  }
}
