// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@Suite("A SHA-256 digest")
struct SHA256DigestTests {
  private static let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  @Test("is read from 64 digits of either case and written in lower case")
  func hexadecimal() throws {
    let digest = try #require(SHA256Digest(hex: Self.text))
    #expect(digest.description == Self.text)
    #expect(SHA256Digest(hex: Self.text.uppercased()) == digest)
  }

  @Test("is refused with a digit too few, too many, or none")
  func malformed() {
    #expect(SHA256Digest(hex: String(Self.text.dropLast())) == nil)
    #expect(SHA256Digest(hex: Self.text + "0") == nil)
    #expect(SHA256Digest(hex: "") == nil)
    for place in 0..<64 {
      for wrong in [UInt8(0x20), 0x2F, 0x3A, 0x40, 0x47, 0x60, 0x67, 0x80, 0xB0, 0xFF, 0x10, 0] {
        var bytes = Array(Self.text.utf8)
        bytes[place] = wrong
        #expect(bytes.withUnsafeBytes { SHA256Digest(hex: $0) } == nil)
      }
    }
  }

  @Test("holds the bytes it was made of")
  func bytes() throws {
    let bytes = (0..<32).map { UInt8($0 * 7 + 3) }
    let digest = try #require(SHA256Digest(bytes))
    #expect(digest.bytes == bytes)
    #expect(SHA256Digest(hex: Hex.string(bytes)) == digest)
  }

  @Test("takes 32 bytes and no other number", arguments: [0, 31, 33])
  func otherCounts(count: Int) {
    #expect(SHA256Digest([UInt8](repeating: 0, count: count)) == nil)
  }

  @Test("is ordered bytewise")
  func order() throws {
    for place in 0..<32 {
      var bytes = [UInt8](repeating: 0x7F, count: 32)
      let low = try #require(SHA256Digest(bytes))
      bytes[place] = 0x80
      let high = try #require(SHA256Digest(bytes))
      #expect(low < high)
      #expect(!(high < low))
      #expect(low != high)
    }
  }
}
