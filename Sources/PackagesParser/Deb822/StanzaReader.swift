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
  private let source: any ByteSource
  private let limit: Int
  private var buffer: UnsafeMutableRawBufferPointer
  // One for each wanted field.
  private let spans: UnsafeMutablePointer<FieldSpan>
  // The bytes not yet given out lie in start..<end, the stanza in view in start..<stanzaEnd.
  private var start = 0
  private var stanzaEnd = 0
  private var end = 0
  private var sourceEnded = false
  private var failure: ArchiveError?
  private var stanzaLine: UInt64 = 1
  // Where the next stanza begins.
  private var nextLine: UInt64 = 1
  private var nextStart = 0
  private var bufferOffset: UInt64 = 0

  /// Reads `source`, noting the fields of `table`.
  ///
  /// The buffer is as large as stays in a core's own cache while source and reader work on it.
  public init(
    _ source: any ByteSource, table: FieldTable, limits: ParserLimits = ParserLimits(),
    bufferSize: Int = 32 << 10
  ) {
    self.source = source
    self.table = table
    limit = limits.stanzaBytes
    buffer = Self.makeBuffer(min(bufferSize, limits.stanzaBytes))
    spans = .allocate(capacity: table.count)
    spans.initialize(repeating: .absent, count: table.count)
  }

  deinit {
    buffer.deallocate()
    spans.deallocate()
  }

  /// The file read, for messages.
  public var name: String { source.name }

  /// The line at which the stanza in view begins, counted from 1.
  public var line: UInt64 { stanzaLine }

  /// The byte at which the stanza in view begins, counted from 0.
  public var offset: UInt64 { bufferOffset + UInt64(start) }

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
    let span = span(position)
    guard span.isPresent, let base = UnsafeRawPointer(buffer.baseAddress) else { return nil }
    return trimmed(
      UnsafeRawBufferPointer(
        start: base + start + span.value, count: span.end - span.value))
  }

  /// Where in `stanza` the lines of a wanted field lie, its last newline included.
  public func lines(_ position: Int) -> Range<Int>? {
    let span = span(position)
    return span.isPresent ? span.name..<min(span.end + 1, stanzaEnd - start) : nil
  }

  /// An error at a field of the stanza in view, or at its first line.
  public func error(_ reason: String, at position: Int? = nil) -> ArchiveError {
    guard let position, span(position).isPresent else { return self.error(reason, byte: start) }
    return self.error(reason, byte: start + span(position).name)
  }
}

extension StanzaReader {
  private func advance() throws(ArchiveError) -> Bool {
    start = nextStart
    stanzaLine = nextLine
    leaveStanza()
    try skipEmptyLines()
    stanzaEnd = start
    nextStart = start
    if start == end { return false }
    try scanStanza()
    return true
  }

  /// Nothing is in view.
  private func leaveStanza() {
    stanzaEnd = start
    spans.update(repeating: .absent, count: table.count)
  }

  private func skipEmptyLines() throws(ArchiveError) {
    while true {
      while start < end, buffer[start] == 0x0A {
        start += 1
        stanzaLine += 1
      }
      if start < end || sourceEnded { return }
      try refill()
    }
  }

  /// Finds the end of the stanza that begins at `start`, noting the wanted fields on the way.
  private func scanStanza() throws(ArchiveError) {
    var scan = StanzaScan()
    while try !takeLines(&scan) {
      try refill()
      if sourceEnded {
        // No newline at the very end of the file: the last line counts all the same.
        let halt = table.withMatcher { scan.takeLastLine(of: rest, $0, spans) }
        if let halt { throw error(halt, byte: start + scan.position) }
        stanzaEnd = end
        nextStart = end
        return
      }
    }
    stanzaEnd = start + scan.position
    nextStart = stanzaEnd + 1
    nextLine = stanzaLine + scan.lines + 1
  }

  /// Takes the lines that lie whole in the buffer; true when they end the stanza.
  private func takeLines(_ scan: inout StanzaScan) throws(ArchiveError) -> Bool {
    let halt = table.withMatcher { scan.takeLines(of: rest, $0, spans) }
    switch halt {
    case .stanzaEnd: return true
    case .bytesEnd: return false
    default: throw error(halt, byte: start + scan.position)
    }
  }

  /// The bytes from the stanza's first on.
  private var rest: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: buffer[start..<end]) }

  @inline(__always)
  private func span(_ position: Int) -> FieldSpan {
    precondition(position >= 0 && position < table.count, "the table has no such field")
    return spans[position]
  }

  /// Reads more behind `end`, making room first.
  private func refill() throws(ArchiveError) {
    if start > 0 {
      buffer.copyMemory(from: rest)
      bufferOffset += UInt64(start)
      end -= start
      stanzaEnd -= start
      start = 0
    }
    if end == buffer.count { try grow() }
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[end...])
    let count = try source.read(into: room)
    if count == 0 { sourceEnded = true }
    if let base = room.baseAddress, let nul = memchr(base, 0, count) {
      throw error("a NUL byte, expected text", byte: end + base.distance(to: nul))
    }
    end += count
  }

  private func grow() throws(ArchiveError) {
    guard buffer.count < limit else {
      throw ArchiveError(
        .data, "a stanza is larger than \(limit) bytes",
        at: ArchiveError.Place(file: name, line: line, offset: bufferOffset + UInt64(start)),
        advice: "apt itself takes at most 1 MiB: the index is damaged")
    }
    let larger = Self.makeBuffer(min(buffer.count * 2, limit))
    larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<end]))
    buffer.deallocate()
    buffer = larger
  }

  /// A buffer behind whose end the matcher may load.
  private static func makeBuffer(_ size: Int) -> UnsafeMutableRawBufferPointer {
    let whole = UnsafeMutableRawBufferPointer.allocate(
      byteCount: size + FieldTable.overrun, alignment: 64)
    return UnsafeMutableRawBufferPointer(rebasing: whole[..<size])
  }

  private func error(_ halt: StanzaScan.Halt, byte position: Int) -> ArchiveError {
    if case .duplicate(let field) = halt {
      return error("the field \(table.names[field]) is given twice", byte: position)
    }
    return error("a carriage return ends the line, expected a bare newline", byte: position)
  }

  /// An error at a byte of the buffer, not before the stanza's first.
  private func error(_ reason: String, byte position: Int) -> ArchiveError {
    let newlines = buffer[start..<position].count { $0 == 0x0A }
    return ArchiveError(
      .data, reason,
      at: ArchiveError.Place(
        file: name, line: line + UInt64(newlines), offset: bufferOffset + UInt64(position)))
  }
}
