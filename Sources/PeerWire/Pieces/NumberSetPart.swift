// SPDX-License-Identifier: Apache-2.0

/// 65,536 numbers of a `NumberSet`: a sorted list while they are few, then bits, and nothing where all
/// are there.
struct NumberSetPart: Hashable, Sendable {
  private enum Form: Hashable, Sendable {
    /// At most `sparseMaximum` numbers, sorted.
    case sparse([UInt16])
    /// 1,024 words, the lowest number in the lowest bit.
    case dense([UInt64])
    case whole
  }

  private var form = Form.sparse([])
  private(set) var count = 0

  /// More take up more than a fourth of the bits' room, and time to insert.
  private static let sparseMaximum = 1_024
  private static let words = 1_024
  private static let all = 65_536

  func contains(_ number: UInt16) -> Bool {
    switch form {
    case .sparse(let numbers):
      let index = Self.position(number, in: numbers)
      return index < numbers.count && numbers[index] == number
    case .dense(let bits): return bits[Int(number >> 6)] & 1 << UInt64(number & 63) != 0
    case .whole: return true
    }
  }

  /// Whether it is new.
  mutating func insert(_ number: UInt16) -> Bool {
    guard !contains(number) else { return false }
    guard count < Self.sparseMaximum, case .sparse(var numbers) = form else {
      makeDense()
      return insert(1 << UInt64(number & 63), word: Int(number >> 6)) == 1
    }
    // Let go of, so that the list is changed in place.
    form = .whole
    numbers.insert(number, at: Self.position(number, in: numbers))
    form = .sparse(numbers)
    count += 1
    return true
  }

  /// How many of the numbers of `range` are new.
  mutating func insert(_ range: ClosedRange<UInt16>) -> Int {
    if case .whole = form { return 0 }
    if range.count == 1, case .sparse = form {
      return insert(range.lowerBound) ? 1 : 0
    }
    makeDense()
    let before = count
    for word in Int(range.lowerBound >> 6)...Int(range.upperBound >> 6) {
      var mask = UInt64.max
      if word == Int(range.lowerBound >> 6) { mask <<= UInt64(range.lowerBound & 63) }
      if word == Int(range.upperBound >> 6) { mask &= .max >> UInt64(63 - range.upperBound & 63) }
      insert(mask, word: word)
    }
    if count == Self.all { form = .whole }
    return count - before
  }

  /// Adds 64 numbers as bits, and says how many of them are new; for many such calls, after which
  /// `compact` has to come.
  @discardableResult
  mutating func insert(_ mask: UInt64, word: Int) -> Int {
    makeDense()
    guard case .dense(var bits) = form else { return 0 }
    form = .whole
    let new = (mask & ~bits[word]).nonzeroBitCount
    count += new
    bits[word] |= mask
    form = .dense(bits)
    return new
  }

  /// Whether it was there.
  mutating func remove(_ number: UInt16) -> Bool {
    guard contains(number) else { return false }
    count -= 1
    if case .sparse(var numbers) = form {
      form = .whole
      numbers.remove(at: Self.position(number, in: numbers))
      form = .sparse(numbers)
      return true
    }
    if case .whole = form { form = .dense(Array(repeating: .max, count: Self.words)) }
    guard case .dense(var bits) = form else { return false }
    form = .whole
    bits[Int(number >> 6)] &= ~(1 << UInt64(number & 63))
    form = .dense(bits)
    return true
  }

  /// Takes the smallest form there is.
  mutating func compact() {
    guard case .dense = form else { return }
    if count == Self.all {
      form = .whole
    } else if count <= Self.sparseMaximum {
      var numbers: [UInt16] = []
      numbers.reserveCapacity(count)
      forEachRange { numbers.append(contentsOf: $0) }
      form = .sparse(numbers)
    }
  }

  private mutating func makeDense() {
    guard case .sparse(let numbers) = form else { return }
    var bits = [UInt64](repeating: 0, count: Self.words)
    for number in numbers { bits[Int(number >> 6)] |= 1 << UInt64(number & 63) }
    form = .dense(bits)
  }

  /// Calls `body` with ranges that rise and do not touch.
  func forEachRange(_ body: (ClosedRange<UInt16>) -> Void) {
    switch form {
    case .whole: body(0...UInt16.max)
    case .sparse(let numbers):
      var start = 0
      while start < numbers.count {
        var end = start
        while end + 1 < numbers.count, numbers[end + 1] == numbers[end] + 1 { end += 1 }
        body(numbers[start]...numbers[end])
        start = end + 1
      }
    case .dense(let bits): Self.forEachRange(of: bits, body)
    }
  }

  private static func forEachRange(of bits: [UInt64], _ body: (ClosedRange<UInt16>) -> Void) {
    var start: Int?
    for (index, word) in bits.enumerated() {
      var bit = 0
      while bit < 64 {
        // What follows that is not as the bit before it.
        let rest = (start == nil ? word : ~word) >> UInt64(bit)
        guard rest != 0 else { break }
        bit += rest.trailingZeroBitCount
        if let first = start {
          body(UInt16(first)...UInt16(index * 64 + bit - 1))
          start = nil
        } else {
          start = index * 64 + bit
        }
      }
    }
    if let start { body(UInt16(start)...UInt16.max) }
  }

  /// The first place whose number is `number` or more.
  private static func position(_ number: UInt16, in numbers: [UInt16]) -> Int {
    if let last = numbers.last, last < number { return numbers.count }
    var low = 0
    var high = numbers.count
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle] < number { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension NumberSetPart {
  // Two forms of the same numbers are the same set.
  static func == (a: NumberSetPart, b: NumberSetPart) -> Bool {
    guard a.count == b.count else { return false }
    var isEqual = true
    a.forEachRange { range in isEqual = isEqual && range.allSatisfy { b.contains($0) } }
    return isEqual
  }

  func hash(into hasher: inout Hasher) { hasher.combine(count) }
}
