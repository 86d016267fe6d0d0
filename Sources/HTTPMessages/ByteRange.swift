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
  init?(_ text: UnsafeRawBufferPointer) {
    var position = 0
    let first = text.number(at: &position)
    guard position < text.count, text[position] == 0x2D else { return nil }
    position += 1
    let last = text.number(at: &position)
    guard position == text.count else { return nil }
    switch (first, last) {
    case (nil, nil): return nil
    case (nil, let length?): self = .suffix(length: length)
    case (let first?, nil): self = .from(first: first)
    case (let first?, let last?):
      guard first <= last else { return nil }
      self = .closed(first: first, last: last)
    }
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
  /// Most fields have one range, which needs no memory.
  private let first: ByteRange
  private let others: [ByteRange]

  public var ranges: [ByteRange] { [first] + others }

  /// The range, where there is only one.
  var single: ByteRange? { others.isEmpty ? first : nil }

  /// Reads the value of a Range field.
  ///
  /// Nil when it is malformed, names another unit, or has more ranges than `limit`: all of these a
  /// server may ignore (RFC 9110 section 14.2).
  public init?(_ text: String, limit: Int = RequestLimits().ranges) {
    var text = text
    guard let set = text.withUTF8({ ByteRangeSet(UnsafeRawBufferPointer($0), limit: limit) }) else {
      return nil
    }
    self = set
  }

  /// As above, out of the bytes of a request.
  init?(_ text: UnsafeRawBufferPointer, limit: Int = RequestLimits().ranges) {
    guard let equals = text.firstIndex(of: 0x3D),
      UnsafeRawBufferPointer(rebasing: text[text.trimmingBlanks(0..<equals)]).isLowercased("bytes")
    else { return nil }
    var first: ByteRange?
    var others: [ByteRange] = []
    var start = equals + 1
    while start <= text.count {
      let end = text[start...].firstIndex(of: 0x2C) ?? text.count
      let element = text.trimmingBlanks(start..<end)
      start = end + 1
      // A recipient skips empty list elements (RFC 9110 section 5.6.1.2).
      if element.isEmpty { continue }
      let count = first == nil ? 0 : others.count + 1
      guard count < limit, let range = ByteRange(UnsafeRawBufferPointer(rebasing: text[element]))
      else { return nil }
      if first == nil { first = range } else { others.append(range) }
    }
    guard let first else { return nil }
    self.first = first
    self.others = others
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
