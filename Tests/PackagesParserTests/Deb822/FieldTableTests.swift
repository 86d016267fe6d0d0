// SPDX-License-Identifier: Apache-2.0

import PackagesParser
import Testing

@Suite("A field table")
struct FieldTableTests {
  private func value(_ line: String, of name: String) throws -> String? {
    try stanzas(of: line + "\n", fields: [name]).first?.values.first ?? nil
  }

  @Test(
    "matches names in any case",
    arguments: ["SHA256-Pieces", "sha256-pieces", "sHa256-pIECES", "SHA256-PIECES"])
  func anyCase(name: String) throws {
    #expect(try value("\(name): x", of: "SHA256-Pieces") == "x")
    #expect(try value("SHA256-Pieces: x", of: name) == "x")
  }

  @Test(
    "matches no other name",
    arguments: [
      "Siz: x", "Sizes: x", "Size : x", "Size", "Siz", "S", "Size\t: x", "XSize: x", "Size2: x",
      ":Size: x", ":", "\u{13}ize: x", "Si\u{5A}e2: x",
    ])
  func otherNames(line: String) throws {
    #expect(try value(line, of: "Size") == nil)
  }

  @Test("folds the case of letters only")
  func lettersOnly() throws {
    // Each differs from the name by the bit that tells the cases of a letter.
    #expect(try value("A\u{0D}b: x", of: "A-b") == nil)
    #expect(try value("A\u{11}b: x", of: "A1b") == nil)
    #expect(try value("A-b\u{1A} x", of: "A-b") == nil)
    #expect(try value("A@b: x", of: "A`b") == nil)
    #expect(try value("A[b: x", of: "A{b") == nil)
  }

  @Test("keeps names apart of which one begins with the other")
  func prefixes() throws {
    let seen = try stanzas(
      of: "Piece-Size: 1\nPieces-Root: 2\nPiece: 3\nPieces: 4\n",
      fields: ["Piece", "Pieces", "Piece-Size", "Pieces-Root"])
    #expect(seen.map(\.values) == [["3", "4", "1", "2"]])
  }

  @Test("takes names of every length", arguments: 1...40)
  func lengths(length: Int) throws {
    let name = String(repeating: "n", count: length - 1) + "e"
    #expect(try value("\(name): x", of: name) == "x")
    #expect(try value("\(name):", of: name) == "")
    #expect(try value("n\(name): x", of: name) == nil)
    #expect(try value(name, of: name) == nil)
  }

  @Test("takes names that begin with any ASCII byte but blanks, colon and newline")
  func firstBytes() throws {
    for byte in UInt8(0x21)...0x7E where byte != 0x3A {
      let name = String(decoding: [byte, 0x61], as: UTF8.self)
      #expect(try value("\(name): x", of: name) == "x")
    }
  }

  @Test("wants nothing when it is empty")
  func empty() throws {
    #expect(FieldTable([]).count == 0)
    #expect(try stanzas(of: "A: 1\n\n: 2\n", fields: []).count == 2)
  }
}
