// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A set of piece numbers that is small where it is sparse, dense or whole, and never more than an
/// eighth of a byte for each number that its parts span.
///
/// Numbers are kept in parts of 65,536, in the style of roaring bitmaps.
public struct NumberSet: Hashable, Sendable {
  private var keys: [UInt16] = []
  private var parts: [NumberSetPart] = []
  /// How many numbers there are.
  public private(set) var count = 0

  /// The empty set.
  public init() {}

  /// All numbers of `ranges`.
  public init(_ ranges: some Sequence<PieceRange>) {
    for range in ranges { insert(range) }
  }

  public var isEmpty: Bool { count == 0 }

  /// Whether `number` is in the set.
  public func contains(_ number: UInt32) -> Bool {
    guard let index = find(Self.key(number)) else { return false }
    return parts[index].contains(Self.low(number))
  }

  /// Adds `number`; whether it is new.
  @discardableResult
  public mutating func insert(_ number: UInt32) -> Bool {
    let isNew = parts[place(Self.key(number))].insert(Self.low(number))
    if isNew { count += 1 }
    return isNew
  }

  /// Takes `number` out; whether it was there.
  @discardableResult
  public mutating func remove(_ number: UInt32) -> Bool {
    guard let index = find(Self.key(number)), parts[index].remove(Self.low(number)) else {
      return false
    }
    count -= 1
    if parts[index].count == 0 {
      parts.remove(at: index)
      keys.remove(at: index)
    }
    return true
  }

  /// Adds all numbers of `range`.
  public mutating func insert(_ range: PieceRange) {
    var key = Self.key(range.first)
    while true {
      let first = key == Self.key(range.first) ? Self.low(range.first) : 0
      let last = key == Self.key(range.last) ? Self.low(range.last) : .max
      count += parts[place(key)].insert(first...last)
      guard key < Self.key(range.last) else { return }
      key += 1
    }
  }

  /// Adds the numbers whose bits are set in a bitfield (BEP 3), the first bit of which is number
  /// `base`; what lies beyond 32 bits is left out.
  public mutating func insert(bitfield: UnsafeRawBufferPointer, from base: UInt32) {
    var offset = 0
    while offset < bitfield.count {
      let word = Self.word(bitfield, offset)
      let number = UInt64(base) + UInt64(offset) * 8
      guard number <= UInt64(UInt32.max) else { break }
      if word != 0 { insert(word, at: UInt32(number)) }
      offset += 8
    }
    for index in parts.indices { parts[index].compact() }
    count = parts.reduce(0) { $0 + $1.count }
  }

  /// Eight bytes of a bitfield, the first piece in the lowest bit.
  private static func word(_ bitfield: UnsafeRawBufferPointer, _ offset: Int) -> UInt64 {
    if offset + 8 <= bitfield.count {
      return reversed(bitfield.bigEndian(at: offset, as: UInt64.self))
    }
    var word: UInt64 = 0
    for index in offset..<bitfield.count {
      word |= UInt64(bitfield[index]) << UInt64(56 - 8 * (index - offset))
    }
    return reversed(word)
  }

  private static func reversed(_ word: UInt64) -> UInt64 {
    var word = word.byteSwapped
    word = (word >> 1) & 0x5555_5555_5555_5555 | (word & 0x5555_5555_5555_5555) << 1
    word = (word >> 2) & 0x3333_3333_3333_3333 | (word & 0x3333_3333_3333_3333) << 2
    return (word >> 4) & 0x0F0F_0F0F_0F0F_0F0F | (word & 0x0F0F_0F0F_0F0F_0F0F) << 4
  }

  /// Adds the bits of `word`, the lowest of which is `number`; `count` is left as it is.
  private mutating func insert(_ word: UInt64, at number: UInt32) {
    let shift = UInt64(number & 63)
    parts[place(Self.key(number))].insert(word << shift, word: Int(Self.low(number) >> 6))
    let rest = shift == 0 ? 0 : word >> (64 - shift)
    let (next, overflow) = (number & ~63).addingReportingOverflow(64)
    guard rest != 0, !overflow else { return }
    parts[place(Self.key(next))].insert(rest, word: Int(Self.low(next) >> 6))
  }

  /// The set as ranges that rise and do not touch.
  public var ranges: [PieceRange] {
    var ranges: [PieceRange] = []
    for (key, part) in zip(keys, parts) {
      part.forEachRange { low in
        let first = UInt32(key) << 16 | UInt32(low.lowerBound)
        let last = UInt32(key) << 16 | UInt32(low.upperBound)
        if let before = ranges.last, before.last &+ 1 == first {
          ranges[ranges.count - 1] = PieceRange(before.first, last)
        } else {
          ranges.append(PieceRange(first, last))
        }
      }
    }
    return ranges
  }

  /// The bitfield of BEP 3 whose first bit is number `base`, with `count` bits.
  public func bitfield(from base: UInt32, count: UInt32) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: (Int(count) + 7) / 8)
    let end = UInt64(base) + UInt64(count)
    for range in ranges where UInt64(range.first) < end && range.last >= base {
      let first = max(range.first, base) - base
      let last = UInt32(min(UInt64(range.last), end - 1)) - base
      for bit in first...last { bytes[Int(bit >> 3)] |= 0x80 >> (bit & 7) }
    }
    return bytes
  }

  private static func key(_ number: UInt32) -> UInt16 { UInt16(number >> 16) }

  private static func low(_ number: UInt32) -> UInt16 { UInt16(truncatingIfNeeded: number) }

  private func find(_ key: UInt16) -> Int? {
    let index = position(key)
    return index < keys.count && keys[index] == key ? index : nil
  }

  /// The first part whose key is `key` or more.
  private func position(_ key: UInt16) -> Int {
    // Nearly all sets have a few parts, and numbers come at the end.
    if let last = keys.last, last < key { return keys.count }
    return keys.firstIndex { $0 >= key } ?? keys.count
  }

  /// The part of `key`, made where there is none.
  private mutating func place(_ key: UInt16) -> Int {
    let index = position(key)
    if index == keys.count || keys[index] != key {
      keys.insert(key, at: index)
      parts.insert(NumberSetPart(), at: index)
    }
    return index
  }
}
