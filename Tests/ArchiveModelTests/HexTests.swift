// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@Suite("Hexadecimal")
struct HexTests {
  @Test("is written in lower case, two digits a byte")
  func writing() {
    #expect(Hex.string([0x00, 0x0F, 0xA0, 0xFF]) == "000fa0ff")
    #expect(Hex.string([]) == "")
  }

  @Test("is read in either case")
  func reading() {
    #expect(Hex.decode("00aBFf") == [0x00, 0xAB, 0xFF])
    #expect(Hex.decode("") == [])
  }

  @Test("is refused when it is malformed", arguments: ["0", "0g", "g0", "0x10", " 1", "1 ", "é"])
  func malformed(text: String) {
    #expect(Hex.decode(text) == nil)
  }

  @Test("has a value for the digits alone, of all bytes")
  func digitValues() {
    let digits = Array("0123456789abcdef".utf8)
    let capitals = Array("0123456789ABCDEF".utf8)
    for byte in UInt8.min...UInt8.max {
      let expected = digits.firstIndex(of: byte) ?? capitals.firstIndex(of: byte)
      #expect(Hex.value(byte) == expected.map { UInt8($0) })
    }
  }

  @Test("is read eight digits at once as it is one by one, for every byte in every place")
  func eightDigits() {
    for place in 0..<8 {
      for byte in UInt8.min...UInt8.max {
        for filler in [UInt8(0x30), 0x39, 0x61, 0x46] {
          var text = [UInt8](repeating: filler, count: 8)
          text[place] = byte
          let expected = text.reduce(UInt64?(0)) { sum, digit in
            sum.flatMap { sum in Hex.value(digit).map { sum << 4 | UInt64($0) } }
          }
          let word = text.withUnsafeBytes { $0.loadUnaligned(as: UInt64.self) }
          #expect(Hex.eightDigits(word) == expected, "\(text)")
        }
      }
    }
  }
}
