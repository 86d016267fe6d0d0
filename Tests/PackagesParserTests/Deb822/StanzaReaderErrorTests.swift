// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing

@Suite("A stanza reader refuses")
struct StanzaReaderErrorTests {
  private func place(_ line: UInt64?, _ offset: UInt64) -> ArchiveError.Place {
    ArchiveError.Place(file: "index", line: line, offset: offset)
  }

  @Test("a NUL byte, and says where")
  func nul() {
    let text = "A: 1\n\nB: 2\nC: \0x\n"
    for chunk in 1...text.utf8.count {
      let error = readingError(text, chunk: chunk)
      #expect(error == ArchiveError(.data, "a NUL byte, expected text", at: place(4, 14)))
    }
  }

  @Test("a carriage return at a line's end, and says where the line begins")
  func carriageReturn() {
    let text = "A: 1\n\nC: 2\n x\r\n"
    for chunk in 1...text.utf8.count {
      #expect(
        readingError(text, chunk: chunk)
          == ArchiveError(
            .data, "a carriage return ends the line, expected a bare newline", at: place(4, 11)))
    }
  }

  @Test("a line of a carriage return alone")
  func carriageReturnAlone() {
    #expect(readingError("A: 1\r\n\r\nB: 2\r\n")?.place == place(1, 0))
    #expect(readingError("A: 1\n\r\nB: 2\n")?.place == place(2, 5))
    #expect(readingError("A: 1\n\r")?.place == place(2, 5))
  }

  @Test("a wanted field given twice, in whatever case, and says where")
  func duplicate() {
    let text = "A: 1\n\nB: 1\nC: x\nC: x\nb: 2\n"
    for chunk in 1...text.utf8.count {
      #expect(
        readingError(text, chunk: chunk)
          == ArchiveError(.data, "the field B is given twice", at: place(6, 21)))
    }
  }

  @Test("no unwanted field given twice")
  func unwantedDuplicate() {
    #expect(readingError("A: 1\nC: x\nC: x\n") == nil)
  }

  @Test("a stanza over the limit, and says where it begins")
  func overLimit() {
    var limits = ParserLimits()
    limits.stanzaBytes = 16
    let fitting = "A: 45678901234\n"
    #expect(readingError("\n\n\(fitting)\n\(fitting)\n", limits: limits) == nil)
    for chunk in [1, 3, 100] {
      for size in [1, 16, 100] {
        let text = "\n\(fitting)\n\(fitting)X: 1\n"
        let error = readingError(text, chunk: chunk, bufferSize: size, limits: limits)
        #expect(error?.reason == "a stanza is larger than 16 bytes")
        #expect(error?.place == place(4, 17))
      }
    }
  }

  @Test("a field of 100 MB without holding it")
  func hugeField() {
    let source = EndlessSource(head: Array("A: ".utf8), byte: 0x78, count: 100_000_000)
    let reader = StanzaReader(source, table: FieldTable(["A"]))
    let error = failure { () throws(ArchiveError) in _ = try reader.next() }
    #expect(error?.reason == "a stanza is larger than \(8 << 20) bytes")
    #expect(source.given <= 8 << 20)
  }

  @Test("to go on after an error")
  func staysFailed() throws {
    let text = "A: 1\n\nA: 2\nA: 3\n\nA: 4\n"
    let reader = StanzaReader(
      MemorySource(Array(text.utf8), name: "index", chunk: 3), table: FieldTable(["A"]))
    #expect(try reader.next())
    let first = failure { () throws(ArchiveError) in _ = try reader.next() }
    #expect(first?.reason == "the field A is given twice")
    #expect(reader.stanza.isEmpty)
    #expect(reader.value(0) == nil)
    let second = failure { () throws(ArchiveError) in _ = try reader.next() }
    #expect(second == first)
  }

  @Test("what its source refuses")
  func sourceError() {
    let error = ArchiveError(.io, "the disk is gone")
    let reader = StanzaReader(FailingSource(error: error), table: FieldTable(["A"]))
    #expect(failure { () throws(ArchiveError) in _ = try reader.next() } == error)
  }

  @Test("on request, at a wanted field of the stanza in view")
  func errorAtField() throws {
    let text = "\nA: 1\nC: x\n y\nB: 2\n"
    let reader = StanzaReader(
      MemorySource(Array(text.utf8), name: "index"), table: FieldTable(["A", "B", "D"]))
    #expect(try reader.next())
    #expect(reader.error("why", at: 1).place == place(5, 14))
    #expect(reader.error("why", at: 2).place == place(2, 1))
    #expect(reader.error("why").place == place(2, 1))
  }
}

/// A few bytes, then one byte very often; never held in memory.
private final class EndlessSource: ByteSource {
  let name = "index"
  private(set) var given = 0
  private let head: [UInt8]
  private let byte: UInt8
  private let count: Int

  init(head: [UInt8], byte: UInt8, count: Int) {
    self.head = head
    self.byte = byte
    self.count = count
  }

  func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let size = min(buffer.count, count - given)
    for index in 0..<size {
      buffer[index] = given + index < head.count ? head[given + index] : byte
    }
    given += size
    return size
  }
}

private final class FailingSource: ByteSource {
  let name = "index"
  private let error: ArchiveError

  init(error: ArchiveError) { self.error = error }

  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int {
    throw error
  }
}
