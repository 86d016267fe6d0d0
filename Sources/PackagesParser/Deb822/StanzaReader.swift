// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel
private import Glibc

/// Reads stanzas of control data (policy 5.1) out of a byte stream, without copying them.
///
/// One stanza is in view at a time: its bytes as they came, and where the wanted fields lie in
/// them. Offsets instead of strings; memory is one buffer, grown only for a stanza larger than it.
public final class StanzaReader {
  /// The wanted fields.
  public let table: FieldTable
  /// Where the stanza in view begins: counted from 1, and from 0.
  public private(set) var line: UInt64 = 1
  public private(set) var offset: UInt64 = 0

  private let source: any ByteSource
  private let limit: Int
  private var buffer: UnsafeMutableRawBufferPointer
  private var spans: UnsafeMutableBufferPointer<FieldSpan>
  // The bytes not yet given out lie in start..<end, the stanza in view in start..<stanzaEnd.
  private var start = 0
  private var stanzaEnd = 0
  private var end = 0
  private var sourceEnded = false
  private var failure: ArchiveError?
  private var linesInStanza: UInt64 = 0
  // Where the next stanza begins.
  private var nextLine: UInt64 = 1
  private var nextStart = 0
  private var bufferOffset: UInt64 = 0

  /// Reads `source`, noting the fields of `table`.
  public init(
    _ source: any ByteSource, table: FieldTable, limits: ParserLimits = ParserLimits(),
    bufferSize: Int = 1 << 20
  ) {
    self.source = source
    self.table = table
    limit = limits.stanzaBytes
    buffer = .allocate(byteCount: min(bufferSize, limits.stanzaBytes), alignment: 64)
    spans = .allocate(capacity: table.count)
    spans.initialize(repeating: .absent)
  }

  deinit {
    buffer.deallocate()
    spans.deallocate()
  }

  /// The file read, for messages.
  public var name: String { source.name }

  /// Brings the next stanza into view; false at the end, when the whole source was read.
  ///
  /// After the end and after an error no stanza is in view, and every further call ends alike.
  ///
  /// - Throws: `ArchiveError` with file, line and offset for NUL bytes, carriage returns, a wanted
  ///   field given twice, a stanza over the limit, and whatever the source throws.
  public func next() throws(ArchiveError) -> Bool {
    if let failure { throw failure }
    do {
      return try advance()
    } catch {
      failure = error
      leaveStanza()
      throw error
    }
  }

  /// All bytes of the stanza in view, its last newline included where there is one, without the
  /// empty line that follows. Valid until `next` is called.
  public var stanza: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: buffer[start..<stanzaEnd])
  }

  /// The value of the wanted field at `position`, blanks at both ends dropped, continuation lines
  /// as they came; nil when the stanza lacks it. Valid until `next` is called.
  public func value(_ position: Int) -> UnsafeRawBufferPointer? {
    let span = spans[position]
    guard span.isPresent else { return nil }
    return trimmed(buffer[start + span.value..<start + span.end])
  }

  /// Where in `stanza` the lines of a wanted field lie, its last newline included.
  public func lines(_ position: Int) -> Range<Int>? {
    let span = spans[position]
    return span.isPresent ? span.name..<min(span.end + 1, stanzaEnd - start) : nil
  }

  /// An error at a field of the stanza in view, or at its first line.
  public func error(_ reason: String, at position: Int? = nil) -> ArchiveError {
    var lineNumber = line
    var place = offset
    if let position, spans[position].isPresent {
      let before = buffer[start..<start + spans[position].name]
      lineNumber += UInt64(before.reduce(into: 0) { $0 += $1 == 0x0A ? 1 : 0 })
      place += UInt64(spans[position].name)
    }
    return ArchiveError(
      .data, reason, at: ArchiveError.Place(file: name, line: lineNumber, offset: place))
  }
}

extension StanzaReader {
  private func advance() throws(ArchiveError) -> Bool {
    start = nextStart
    line = nextLine
    leaveStanza()
    try skipEmptyLines()
    offset = bufferOffset + UInt64(start)
    stanzaEnd = start
    nextStart = start
    if start == end { return false }
    linesInStanza = 0
    try scanStanza()
    nextLine = line + linesInStanza
    return true
  }

  /// Nothing is in view.
  private func leaveStanza() {
    stanzaEnd = start
    for position in spans.indices { spans[position] = .absent }
  }

  /// Finds the end of the stanza that begins at `start`, noting the wanted fields on the way.
  private func scanStanza() throws(ArchiveError) {
    var position = start
    var current = -1
    while true {
      guard let base = buffer.baseAddress else { return }
      guard let found = memchr(base + position, 0x0A, end - position) else {
        let grown = end - start
        let shift = try refill()
        position -= shift
        if sourceEnded, end - start == grown {
          // No newline at the very end of the file: the last line counts all the same.
          if position < end { try take(position..<end, &current) }
          stanzaEnd = end
          nextStart = end
          return
        }
        continue
      }
      let lineEnd = UnsafeRawPointer(base).distance(to: UnsafeRawPointer(found))
      if lineEnd == position {
        stanzaEnd = position
        nextStart = position + 1
        linesInStanza += 1
        return
      }
      try take(position..<lineEnd, &current)
      position = lineEnd + 1
      stanzaEnd = position
    }
  }

  /// One line, newline excluded: a continuation or a field.
  @inline(__always)
  private func take(_ range: Range<Int>, _ current: inout Int) throws(ArchiveError) {
    let first = buffer[range.lowerBound]
    linesInStanza += 1
    if buffer[range.upperBound - 1] == 0x0D {
      throw lineError(range.lowerBound, "a carriage return ends the line, expected a bare newline")
    }
    if first == 0x20 || first == 0x09 {
      if current >= 0 { spans[current].end = range.upperBound - start }
      return
    }
    current = -1
    guard let match = table.match(UnsafeRawBufferPointer(rebasing: buffer[range])) else { return }
    guard !spans[match.position].isPresent else {
      throw lineError(range.lowerBound, "the field \(table.names[match.position]) is given twice")
    }
    let name = range.lowerBound - start
    spans[match.position] = FieldSpan(
      name: name, value: name + match.nameLength + 1, end: range.upperBound - start)
    current = match.position
  }

  private func skipEmptyLines() throws(ArchiveError) {
    while true {
      while start < end, buffer[start] == 0x0A {
        start += 1
        line += 1
      }
      if start < end || sourceEnded { return }
      stanzaEnd = start
      _ = try refill()
    }
  }

  /// Reads more behind `end`, making room first; returns how far the bytes moved to the front.
  private func refill() throws(ArchiveError) -> Int {
    let shift = start
    if shift > 0 {
      let rest = UnsafeRawBufferPointer(rebasing: buffer[start..<end])
      buffer.copyMemory(from: rest)
      bufferOffset += UInt64(shift)
      end -= shift
      stanzaEnd -= shift
      start = 0
    }
    if end == buffer.count { try grow() }
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
    let count = try source.read(into: room)
    if count == 0 { sourceEnded = true }
    if let base = room.baseAddress, let nul = memchr(base, 0, count) {
      throw nulError(end + UnsafeRawPointer(base).distance(to: nul))
    }
    end += count
    return shift
  }

  private func grow() throws(ArchiveError) {
    guard buffer.count < limit else {
      throw ArchiveError(
        .data, "a stanza is larger than \(limit) bytes",
        at: ArchiveError.Place(file: name, line: line, offset: offset),
        advice: "apt itself takes at most 1 MiB: the index is damaged")
    }
    let larger = UnsafeMutableRawBufferPointer.allocate(
      byteCount: min(buffer.count * 2, limit), alignment: 64)
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<end]))
    buffer.deallocate()
    buffer = larger
  }

  private func nulError(_ position: Int) -> ArchiveError {
    let lines = buffer[start..<position].count { $0 == 0x0A }
    return ArchiveError(
      .data, "a NUL byte, expected text",
      at: ArchiveError.Place(
        file: name, line: line + UInt64(lines), offset: bufferOffset + UInt64(position)))
  }

  private func lineError(_ position: Int, _ reason: String) -> ArchiveError {
    ArchiveError(
      .data, reason,
      at: ArchiveError.Place(
        file: name, line: line + linesInStanza - 1, offset: bufferOffset + UInt64(position)))
  }
}

/// Where one field lies, relative to its stanza's first byte.
private struct FieldSpan {
  var name: Int
  var value: Int
  var end: Int

  static let absent = FieldSpan(name: -1, value: 0, end: 0)

  var isPresent: Bool { name >= 0 }
}
