// SPDX-License-Identifier: Apache-2.0

import PackagesParser
import Testing

@Suite("A stanza reader")
struct StanzaReaderTests {
  private static let sample =
    "\nA: one\nB: two\n more\n\tlast\nC: x\n\n\n\na:three\nLong-Name: \n y\nB:\n\nA: four"
  private static let fields = ["A", "B", "Long-Name"]

  @Test("gives the same stanzas at every chunk size")
  func chunks() throws {
    let expected = naiveStanzas(of: Self.sample, fields: Self.fields)
    #expect(expected.count == 3)
    for chunk in 1...Self.sample.utf8.count + 1 {
      #expect(try stanzas(of: Self.sample, fields: Self.fields, chunk: chunk) == expected)
    }
  }

  @Test("gives the same stanzas with every buffer size")
  func buffers() throws {
    let expected = naiveStanzas(of: Self.sample, fields: Self.fields)
    for size in 1...Self.sample.utf8.count + 1 {
      for chunk in [1, 2, 7, Int.max] {
        let seen = try stanzas(
          of: Self.sample, fields: Self.fields, chunk: chunk, bufferSize: size)
        #expect(seen == expected, "buffer of \(size), chunks of \(chunk)")
      }
    }
  }

  @Test("keeps a value's continuation lines as they came")
  func continuation() throws {
    let seen = try stanzas(of: "B: two\n more\n\tlast\nC: x\n", fields: ["B"])
    #expect(seen.map(\.values) == [["two\n more\n\tlast"]])
  }

  @Test("takes a line of blanks as a continuation, not as the stanza's end")
  func blankLine() throws {
    let seen = try stanzas(of: "A: 1\n \nB: 2\n", fields: ["A", "B"])
    #expect(seen.map(\.values) == [["1", "2"]])
  }

  @Test("leaves the continuation of an unwanted field alone")
  func unwantedContinuation() throws {
    let seen = try stanzas(of: "A: 1\nC: x\n y\n", fields: ["A"])
    #expect(seen.map(\.values) == [["1"]])
  }

  @Test("takes a continuation line without a field as part of the stanza")
  func orphan() throws {
    let seen = try stanzas(of: " x\nA: 1\n", fields: ["A"])
    #expect(seen == [SeenStanza(bytes: " x\nA: 1\n", line: 1, offset: 0, values: ["1"])])
  }

  @Test("ends the last stanza at the end of the file, with or without its newline")
  func noFinalNewline() throws {
    #expect(try stanzas(of: "A: 1", fields: ["A"]).map(\.bytes) == ["A: 1"])
    #expect(try stanzas(of: "A: 1\n", fields: ["A"]).map(\.bytes) == ["A: 1\n"])
    #expect(try stanzas(of: "A: 1\n\n", fields: ["A"]).map(\.bytes) == ["A: 1\n"])
  }

  @Test("passes over any number of empty lines")
  func emptyLines() throws {
    let seen = try stanzas(of: "\n\n\nA: 1\n\n\n\nA: 2\n\n\n", fields: ["A"])
    #expect(seen.map(\.line) == [4, 8])
    #expect(seen.map(\.offset) == [3, 11])
  }

  @Test("gives nothing of an empty file, or of empty lines", arguments: ["", "\n", "\n\n\n"])
  func nothing(text: String) throws {
    #expect(try stanzas(of: text, fields: ["A"]).isEmpty)
  }

  @Test("tells a present empty value from an absent field")
  func emptyValue() throws {
    #expect(try stanzas(of: "A:\n", fields: ["A", "B"]).map(\.values) == [["", nil]])
  }

  @Test("holds nothing after the end, however often it is asked")
  func afterTheEnd() throws {
    let reader = StanzaReader(
      MemorySource(Array("A: 1\n\n".utf8), name: "index"), table: FieldTable(["A"]))
    #expect(try reader.next())
    for _ in 0..<3 {
      #expect(try !reader.next())
      #expect(reader.value(0) == nil)
      #expect(reader.lines(0) == nil)
      #expect(reader.stanza.isEmpty)
    }
  }

  @Test("tells where the lines of a field lie")
  func lines() throws {
    let text = "A: 1\nB: 2\n x\nC: 3\n\nB: 4"
    let reader = StanzaReader(
      MemorySource(Array(text.utf8), name: "index"), table: FieldTable(["B"]))
    #expect(try reader.next())
    #expect(reader.lines(0) == 5..<13)
    #expect(try reader.next())
    #expect(reader.lines(0) == 0..<4)
  }

  @Test("gives stanzas that make up the input with the empty lines between them")
  func concatenation() throws {
    var generator = SeededGenerator(seed: 1)
    for _ in 0..<500 {
      let text = Self.randomText(&generator)
      let seen = try stanzas(
        of: text, fields: Self.fields, chunk: .random(in: 1...40, using: &generator),
        bufferSize: .random(in: 1...40, using: &generator))
      #expect(seen == naiveStanzas(of: text, fields: Self.fields), "\(text.debugDescription)")
      var rebuilt = ""
      for stanza in seen {
        let gap = Int(stanza.offset) - rebuilt.utf8.count
        rebuilt += String(repeating: "\n", count: gap) + stanza.bytes
      }
      let rest = text.utf8.count - rebuilt.utf8.count
      #expect(rebuilt + String(repeating: "\n", count: rest) == text)
    }
  }

  /// Lines in which a wanted field comes at most once a stanza.
  private static func randomText(_ generator: inout SeededGenerator) -> String {
    var text = ""
    var names = fields
    for _ in 0..<Int.random(in: 0...20, using: &generator) {
      switch Int.random(in: 0..<6, using: &generator) {
      case 0:
        text += "\n"
        if text.hasSuffix("\n\n") { names = fields }
      case 1: text += " cont"
      case 2: text += "Other: 1"
      case 3: text += "Ab: no match"
      case 4: text += "no colon"
      default:
        guard let name = names.randomElement(using: &generator) else { continue }
        names.removeAll { $0 == name }
        text += (Bool.random(using: &generator) ? name : name.uppercased()) + ": value \n\t2"
      }
      text += Int.random(in: 0..<8, using: &generator) == 0 ? "" : "\n"
    }
    return text
  }
}
