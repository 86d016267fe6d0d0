// SPDX-License-Identifier: Apache-2.0

/// One range of bytes as a client asks for it (RFC 9110 section 14.1.2).
package enum ByteRange: Hashable, Sendable {
  /// `first-last`, both included.
  case closed(first: UInt64, last: UInt64)
  /// `first-`, to the end.
  case from(first: UInt64)
  /// `-length`, that many bytes from the end.
  case suffix(length: UInt64)

  /// Reads the value of a Range field.
  ///
  /// Nil when it is malformed, names another unit, or asks for more ranges than one: all of these
  /// a server may ignore (RFC 9110 section 14.2). Many ranges in one request are more often an
  /// attack than a need, and no archive client sends them.
  package init?(_ text: String) {
    let halves = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard halves.count == 2, halves[0].trimmingBlanks().lowercased() == "bytes" else { return nil }
    // A recipient skips empty list elements (RFC 9110 section 5.6.1.2).
    let ranges = halves[1].split(separator: ",").map { $0.trimmingBlanks() }.filter { !$0.isEmpty }
    guard ranges.count == 1 else { return nil }
    let ends = ranges[0].split(separator: "-", omittingEmptySubsequences: false)
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
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    return UInt64(text) ?? .max
  }

  /// The bytes meant in a representation of `size` bytes; nil when there are none of them.
  package func resolved(size: UInt64) -> Range<UInt64>? {
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
