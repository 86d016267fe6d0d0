// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing

@Suite("A control stanza")
struct ControlStanzaTests {
  private func parse(
    _ text: String, comments: Bool = false, limit: Int = .max
  ) throws(ArchiveError) -> [ControlStanza] {
    try ControlStanza.parse(Array(text.utf8), file: "file", comments: comments, limit: limit)
  }

  private func refusal(_ text: String, limit: Int = .max) -> ArchiveError? {
    failure { () throws(ArchiveError) in _ = try parse(text, limit: limit) }
  }

  private func refused(_ reason: String, line: UInt64, offset: UInt64) -> ArchiveError {
    ArchiveError(
      .data, reason, at: ArchiveError.Place(file: "file", line: line, offset: offset))
  }

  @Test("holds its fields in their order, with their lines")
  func fields() throws {
    let stanzas = try parse("\nB: 1\nA: 2\n 3\n\n\nC: 4")
    #expect(stanzas.map { $0.fields.map(\.name) } == [["B", "A"], ["C"]])
    #expect(stanzas.map { $0.fields.map(\.line) } == [[2, 3], [7]])
    #expect(stanzas.map { $0.fields.map(\.text) } == [["1", "2\n 3"], ["4"]])
  }

  @Test("finds a field by its name in any case")
  func names() throws {
    let stanza = try #require(try parse("Valid-Until: x\n").first)
    #expect(stanza.text("VALID-until") == "x")
    #expect(stanza.text("Valid") == nil)
    #expect(stanza.place(of: "valid-until").line == 1)
  }

  @Test("splits a value into words at blanks and newlines alike")
  func words() throws {
    let stanza = try #require(try parse("A:  x\ty \n z\n\t.\n").first)
    #expect(stanza.words("A") == ["x", "y", "z", "."])
    #expect(stanza.words("B") == [])
  }

  @Test("is written as it came")
  func serialized() throws {
    let text = "A:1\nB:  x \n y\n\tz\nC:\n"
    let stanza = try #require(try parse(text).first)
    #expect(stanza.fields.flatMap(\.serialized) == Array(text.utf8))
  }

  @Test("passes over comments where they are allowed, and only there")
  func comments() throws {
    let text = "# one\nA: 1\n# two: 2\n 3\n"
    #expect(try parse(text, comments: true).first?.text("A") == "1\n 3")
    #expect(refusal(text) == refused("expected 'Field: value'", line: 1, offset: 0))
  }

  @Test(
    "refuses a line that is no field",
    arguments: ["x", ":", ": x", "A B: x", "A : x", "A\t: x", "-A: x", "#A: x", "Ä: x"])
  func noField(line: String) {
    #expect(refusal("A: 1\n\(line)\n") == refused("expected 'Field: value'", line: 2, offset: 5))
  }

  @Test("refuses a continuation line without a field")
  func orphan() {
    let reason = "a continuation line without a field before it"
    #expect(refusal(" x\nA: 1\n") == refused(reason, line: 1, offset: 0))
    #expect(refusal("A: 1\n\n x\n") == refused(reason, line: 3, offset: 6))
  }

  @Test("refuses a field given twice, in whatever case")
  func duplicate() {
    #expect(
      refusal("Ab: 1\nC: 2\naB: 3\n") == refused("the field aB is given twice", line: 3, offset: 11)
    )
    #expect(refusal("A: 1\n\nA: 2\n") == nil)
  }

  @Test("refuses control bytes and carriage returns, but takes tabs")
  func controlBytes() {
    for byte in UInt8(0)..<0x20 where ![0x09, 0x0A, 0x0D].contains(byte) {
      let text = "A: 1\nB: x\(String(decoding: [byte], as: UTF8.self))y\n"
      #expect(
        refusal(text) == refused("a control byte in the line, expected text", line: 2, offset: 5))
    }
    #expect(
      refusal("A: 1\r\nB: 2\r\n")
        == refused("a carriage return in the line, expected text", line: 1, offset: 0))
    #expect(refusal("A:\t1\n") == nil)
  }

  @Test("refuses more stanzas than are asked for")
  func stanzaLimit() {
    #expect(refusal("A: 1\n\n\n", limit: 1) == nil)
    #expect(
      refusal("A: 1\n\nB: 2\n", limit: 1)
        == refused("expected no more than 1 stanza", line: 3, offset: 6))
  }

  @Test("refuses a million fields in time and memory that fit a million bytes")
  func fieldLimit() {
    let text = (0..<1_000_000).map { "F\($0):" }.joined(separator: "\n")
    #expect(refusal(text)?.reason == "more than 1000 fields")
  }
}
