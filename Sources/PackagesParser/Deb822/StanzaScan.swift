// SPDX-License-Identifier: Apache-2.0

private import Glibc

/// The search for one stanza's end, line by line, noting where the wanted fields lie.
///
/// All places are relative to the stanza's first byte: bytes may be moved between two calls. This
/// is the hot loop of every index, so it works on pointers; each stays within the bytes it was
/// given, but for the `FieldTable.overrun` bytes that a comparison may load behind them.
struct StanzaScan {
  /// Where the line not yet taken begins.
  private(set) var position = 0
  /// The lines taken.
  private(set) var lines: UInt64 = 0
  // Before this place no newline is left to be found.
  private var searched = 0
  // The wanted field whose continuation lines may follow, -1 for none.
  private var field = -1

  /// Why a scan came to a halt.
  enum Halt {
    /// The empty line that ends the stanza is at `position`.
    case stanzaEnd
    /// The line at `position` is not whole, or there is none.
    case bytesEnd
    /// The line at `position` ends with a carriage return.
    case carriageReturn
    /// The line at `position` gives this wanted field a second time.
    case duplicate(Int)
  }

  /// Takes the lines that lie whole in `stanza`, noting wanted fields in `spans`.
  mutating func takeLines(
    of stanza: UnsafeRawBufferPointer, _ matcher: FieldTable.Matcher,
    _ spans: UnsafeMutablePointer<FieldSpan>
  ) -> Halt {
    guard let base = stanza.baseAddress else { return .bytesEnd }
    // A copy, so that the loop keeps it in registers.
    var scan = self
    defer { self = scan }
    let end = base + stanza.count
    var line = base + scan.position
    var search = base + scan.searched
    while let newline = memchr(search, 0x0A, search.distance(to: end)) {
      let lineEnd = UnsafeRawPointer(newline)
      if lineEnd == line { return .stanzaEnd }
      if let halt = scan.take(line, lineEnd, base, matcher, spans) { return halt }
      line = lineEnd + 1
      search = line
      scan.position = base.distance(to: line)
    }
    scan.searched = stanza.count
    return .bytesEnd
  }

  /// Takes the rest of `stanza` as the last line of a file that lacks its newline; nil when well.
  mutating func takeLastLine(
    of stanza: UnsafeRawBufferPointer, _ matcher: FieldTable.Matcher,
    _ spans: UnsafeMutablePointer<FieldSpan>
  ) -> Halt? {
    guard let base = stanza.baseAddress, position < stanza.count else { return nil }
    return take(base + position, base + stanza.count, base, matcher, spans)
  }

  /// One line, which is not empty: a continuation or a field.
  @inline(__always)
  private mutating func take(
    _ line: UnsafeRawPointer, _ lineEnd: UnsafeRawPointer, _ base: UnsafeRawPointer,
    _ matcher: FieldTable.Matcher, _ spans: UnsafeMutablePointer<FieldSpan>
  ) -> Halt? {
    if lineEnd.load(fromByteOffset: -1, as: UInt8.self) == 0x0D { return .carriageReturn }
    lines &+= 1
    let first = line.load(as: UInt8.self)
    if first == 0x20 || first == 0x09 {
      if field >= 0 { spans[field].end = base.distance(to: lineEnd) }
      return nil
    }
    field = -1
    guard let match = matcher.match(line, line.distance(to: lineEnd)) else { return nil }
    field = match.position
    if spans[field].isPresent { return .duplicate(field) }
    let name = base.distance(to: line)
    spans[field] = FieldSpan(
      name: name, value: name &+ match.nameLength &+ 1, end: base.distance(to: lineEnd))
    return nil
  }
}

/// Where one field lies, relative to its stanza's first byte.
struct FieldSpan {
  var name: Int
  var value: Int
  var end: Int

  static let absent = FieldSpan(name: -1, value: 0, end: 0)

  var isPresent: Bool { name >= 0 }
}
