// SPDX-License-Identifier: Apache-2.0

/// One range of bytes as a client asks for it (RFC 9110 section 14.1.2).
public enum ByteRange: Hashable, Sendable {
  /// `first-last`, both included.
  case closed(first: UInt64, last: UInt64)
  /// `first-`, to the end.
  case from(first: UInt64)
  /// `-length`, that many bytes from the end.
  case suffix(length: UInt64)

  /// Reads one element of a Range field; nil when it is malformed.
  init?(_ text: Substring) {
    let ends = text.split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2 else { return nil }
    switch (ends[0].isEmpty, ends[1].isEmpty) {
    case (true, true): return nil
    case (true, false):
      guard let length = Self.number(ends[1]) else { return nil }
      self = .suffix(length: length)
    case (false, true):
      guard let first = Self.number(ends[0]) else { return nil }
      self = .from(first: first)
    case (false, false):
      guard let first = Self.number(ends[0]), let last = Self.number(ends[1]), first <= last else {
        return nil
      }
      self = .closed(first: first, last: last)
    }
  }

  /// `1*DIGIT`; what does not fit lies beyond any file and counts as the largest number.
  private static func number(_ text: Substring) -> UInt64? {
    guard text.utf8.allSatisfy({ $0.isDigit }) else { return nil }
    return UInt64(text) ?? .max
  }

  /// The bytes meant in a representation of `size` bytes; nil when there are none of them.
  public func resolved(size: UInt64) -> Range<UInt64>? {
    switch self {
    case .closed(let first, let last):
      first < size ? first..<(min(last, size - 1) + 1) : nil
    case .from(let first):
      first < size ? first..<size : nil
    case .suffix(let length):
      // Of an empty representation any suffix but `-0` is satisfied, by nothing at all.
      length > 0 ? size - min(length, size)..<size : nil
    }
  }
}

/// The ranges of one Range field, at least one.
public struct ByteRangeSet: Hashable, Sendable {
  public let ranges: [ByteRange]

  /// Reads the value of a Range field.
  ///
  /// Nil when it is malformed, names another unit, or has more ranges than `limit`: all of these a
  /// server may ignore (RFC 9110 section 14.2).
  public init?(_ text: String, limit: Int = RequestLimits().ranges) {
    guard let equals = text.utf8.firstIndex(of: 0x3D),
      text[..<equals].trimmingBlanks().lowercased() == "bytes"
    else { return nil }
    var ranges: [ByteRange] = []
    var rest = text[text.index(after: equals)...]
    while true {
      let end = rest.utf8.firstIndex(of: 0x2C)
      let element = rest[..<(end ?? rest.endIndex)].trimmingBlanks()
      // A recipient skips empty list elements (RFC 9110 section 5.6.1.2).
      if !element.isEmpty {
        guard ranges.count < limit, let range = ByteRange(element) else { return nil }
        ranges.append(range)
      }
      guard let end else { break }
      rest = rest[rest.index(after: end)...]
    }
    guard !ranges.isEmpty else { return nil }
    self.ranges = ranges
  }

  /// What a part of a multipart answer costs beside its bytes, about: ranges closer than this are
  /// sent as one (RFC 9110 section 15.3.7.2).
  private static let partOverhead: UInt64 = 100

  /// The bytes meant in a representation of `size` bytes, none twice: ranges that overlap or nearly
  /// touch are one, which stands where the first of them stood. Empty when none is satisfiable.
  public func resolved(size: UInt64) -> [Range<UInt64>] {
    var parts: [Range<UInt64>] = []
    for range in ranges {
      guard var part = range.resolved(size: size) else { continue }
      var place: Int?
      // What grew by one range may reach another.
      while let near = parts.indices.first(where: { Self.touch(parts[$0], part) }) {
        part =
          min(
            parts[near].lowerBound, part.lowerBound)..<max(
            parts[near].upperBound, part.upperBound)
        parts.remove(at: near)
        place = min(place ?? near, near)
      }
      parts.insert(part, at: place ?? parts.count)
    }
    return parts
  }

  private static func touch(_ a: Range<UInt64>, _ b: Range<UInt64>) -> Bool {
    let gap = max(a.lowerBound, b.lowerBound)
    let end = min(a.upperBound, b.upperBound)
    return gap <= end || gap - end < partOverhead
  }
}
