// SPDX-License-Identifier: Apache-2.0

import Testing
import TorrentMetadata

@Suite("Bencoding")
struct BencodeTests {
  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("writes the examples of BEP 3")
  func examples() {
    #expect(text(Bencode.string("spam")) == "4:spam")
    #expect(text(Bencode.integer(3)) == "i3e")
    #expect(text(Bencode.integer(0)) == "i0e")
    #expect(
      text(Bencode.list([Bencode.string("spam"), Bencode.string("eggs")])) == "l4:spam4:eggse")
    #expect(
      text(Bencode.dictionary(["spam": Bencode.string("eggs"), "cow": Bencode.string("moo")]))
        == "d3:cow3:moo4:spam4:eggse")
  }

  @Test("sorts keys by their bytes")
  func order() {
    let keys = Bencode.dictionary([
      "ä": Bencode.integer(1), "a": Bencode.integer(2), "B": Bencode.integer(3),
      "a b": Bencode.integer(4), "": Bencode.integer(5),
    ])
    #expect(text(keys) == "d0:i5e1:Bi3e1:ai2e3:a bi4e2:äi1ee")
  }

  @Test("writes what the decoder takes")
  func canonical() throws {
    let bytes = Bencode.dictionary([
      "n": Bencode.integer(.max >> 1), "l": Bencode.list([Bencode.list([])]),
      "d": Bencode.dictionary([:]), "s": Bencode.string([0, 0xFF]),
    ])
    let root = try BencodeDocument(bytes, name: "x").root
    #expect(root["n"]?.integer == .max)
    #expect(root["s"]?.string == [0, 0xFF])
  }
}
