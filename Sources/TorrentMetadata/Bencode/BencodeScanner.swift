// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Finds the values of bencoded bytes, without recursion and without an allocation for each.
struct BencodeScanner {
  private(set) var tokens: [BencodeToken] = []

  private let bytes: UnsafeRawBufferPointer
  private let name: String
  private let limits: MetadataLimits
  private var position = 0
  private var open: [Container] = []

  init(_ bytes: UnsafeRawBufferPointer, name: String, limits: MetadataLimits) {
    self.bytes = bytes
    self.name = name
    self.limits = limits
  }

  /// A list or dictionary that has not ended yet.
  private struct Container {
    let token: Int
    let isDictionary: Bool
    var expectsKey: Bool
    /// The key before; none at first.
    var lastKey: Int?
  }

  /// Finds all values of the first one, whatever follows it.
  mutating func scan() throws(ArchiveError) {
    guard bytes.count <= min(limits.torrentBytes, Int(UInt32.max)) else {
      throw failure("\(bytes.count) bytes, expected no more than \(limits.torrentBytes)")
    }
    tokens.reserveCapacity(min(bytes.count / 16, 1 << 16) + 1)
    repeat { try step() } while !open.isEmpty
  }

  private mutating func step() throws(ArchiveError) {
    guard position < bytes.count else { throw failure("the input ends, expected \(expected)") }
    let byte = bytes[position]
    if byte == 0x65, let container = open.last {
      return try close(container)
    }
    let expectsKey = open.last?.expectsKey ?? false
    switch byte {
    case 0x30...0x39:
      try string()
      if expectsKey { return try takeKey() }
    case 0x69 where !expectsKey: try integer()
    case 0x6C where !expectsKey: return try begin(isDictionary: false)
    case 0x64 where !expectsKey: return try begin(isDictionary: true)
    default: throw failure("expected \(expected), found byte \(byte)")
    }
    valueEnded()
  }

  private var expected: String {
    guard let container = open.last else { return "a value" }
    if container.expectsKey { return "a key or the end of the dictionary" }
    return container.isDictionary ? "the value of a key" : "a value or the end of the list"
  }

  private mutating func begin(isDictionary: Bool) throws(ArchiveError) {
    guard open.count < limits.depth else {
      throw failure("nested more than \(limits.depth) deep")
    }
    open.append(
      Container(token: tokens.count, isDictionary: isDictionary, expectsKey: isDictionary))
    try append(body: position + 1, end: position + 1)
    position += 1
  }

  private mutating func close(_ container: Container) throws(ArchiveError) {
    guard container.expectsKey == container.isDictionary else {
      throw failure("a key without a value, expected a value")
    }
    position += 1
    tokens[container.token].end = UInt32(position)
    tokens[container.token].next = UInt32(tokens.count)
    open.removeLast()
    valueEnded()
  }

  private mutating func valueEnded() {
    guard !open.isEmpty else { return }
    let last = open.count - 1
    if open[last].isDictionary { open[last].expectsKey = true }
  }

  /// Checks that the key just read stands behind the one before it.
  private mutating func takeKey() throws(ArchiveError) {
    let key = tokens.count - 1
    let last = open.count - 1
    if let before = open[last].lastKey {
      let order = compare(text(before), text(key))
      guard order < 0 else {
        let what = order == 0 ? "the same key twice" : "keys out of order, expected them sorted"
        throw failure(what, at: Int(tokens[key].start))
      }
    }
    open[last].lastKey = key
    open[last].expectsKey = false
  }

  private func text(_ token: Int) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: bytes[Int(tokens[token].body)..<Int(tokens[token].end)])
  }

  /// `<length>:<bytes>`.
  private mutating func string() throws(ArchiveError) {
    let start = position
    var length = 0
    var cursor = start
    while cursor < bytes.count, case let digit = bytes[cursor] &- 0x30, digit <= 9 {
      length = length * 10 + Int(digit)
      cursor += 1
      // Also keeps the length far from overflow.
      guard length <= limits.stringBytes else {
        throw failure("a string longer than \(limits.stringBytes) bytes")
      }
      guard cursor == start + 1 || bytes[start] != 0x30 else {
        throw failure("a length with a leading zero")
      }
    }
    guard cursor < bytes.count else { throw failure("the input ends within a length") }
    guard bytes[cursor] == 0x3A else {
      throw failure("expected ':' after a length, found byte \(bytes[cursor])", at: cursor)
    }
    let body = cursor + 1
    guard length <= bytes.count - body else {
      throw failure("a string of \(length) bytes, but only \(bytes.count - body) follow")
    }
    try append(body: body, end: body + length)
    position = body + length
  }

  /// `i<number>e`.
  private mutating func integer() throws(ArchiveError) {
    var cursor = position + 1
    let isNegative = cursor < bytes.count && bytes[cursor] == 0x2D
    if isNegative { cursor += 1 }
    let first = cursor
    var value: Int64 = 0
    while cursor < bytes.count, case let digit = bytes[cursor] &- 0x30, digit <= 9 {
      let (tens, overflow) = value.multipliedReportingOverflow(by: 10)
      let step = isNegative ? -Int64(digit) : Int64(digit)
      let (sum, carry) = tens.addingReportingOverflow(step)
      guard !overflow, !carry else { throw failure("an integer that does not fit 64 bits") }
      value = sum
      cursor += 1
    }
    guard cursor < bytes.count else { throw failure("the input ends within an integer") }
    guard cursor > first, bytes[cursor] == 0x65 else {
      throw failure(
        "expected a digit\(cursor > first ? " or 'e'" : ""), found byte \(bytes[cursor])",
        at: cursor)
    }
    if bytes[first] == 0x30 {
      guard !isNegative else { throw failure("minus zero") }
      guard cursor == first + 1 else { throw failure("an integer with a leading zero") }
    }
    try append(body: position + 1, end: cursor + 1)
    position = cursor + 1
  }

  private mutating func append(body: Int, end: Int) throws(ArchiveError) {
    guard tokens.count < limits.tokens else { throw failure("more than \(limits.tokens) values") }
    tokens.append(
      BencodeToken(
        start: UInt32(position), body: UInt32(body), end: UInt32(end),
        next: UInt32(tokens.count + 1)))
  }

  private func failure(_ reason: String, at offset: Int? = nil) -> ArchiveError {
    ArchiveError(
      .data, reason, at: ArchiveError.Place(file: name, offset: UInt64(offset ?? position)))
  }
}

/// Bytewise order, as `memcmp` gives it.
@inline(__always)
func compare(_ a: UnsafeRawBufferPointer, _ b: UnsafeRawBufferPointer) -> Int {
  let count = min(a.count, b.count)
  for index in 0..<count where a[index] != b[index] {
    return a[index] < b[index] ? -1 : 1
  }
  return a.count - b.count
}
