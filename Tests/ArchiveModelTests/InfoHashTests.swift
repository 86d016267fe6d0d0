// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@Suite("An info hash")
struct InfoHashTests {
  private let hex = "631a31dd0a46257d5078c0dee4e66e26f73e42ac"

  @Test("is written in 40 hexadecimal digits")
  func hexadecimal() {
    #expect(InfoHash(hex: hex)?.description == hex)
    #expect(InfoHash(hex: hex.uppercased())?.description == hex)
    #expect(InfoHash(hex: hex + "00") == nil)
    #expect(InfoHash(hex: String(hex.dropLast())) == nil)
  }

  @Test("has 20 bytes")
  func length() {
    #expect(InfoHash(bytes: Array(repeating: 7, count: 20)) != nil)
    #expect(InfoHash(bytes: Array(repeating: 7, count: 32)) == nil)
  }

  @Test("of BEP 52 is the beginning of a SHA-256")
  func truncated() throws {
    let digest = try #require(SHA256Digest(hex: hex + String(repeating: "f", count: 24)))
    #expect(InfoHash(truncating: digest) == InfoHash(hex: hex))
  }

  @Test("sorts by its bytes")
  func order() {
    let hashes = ["00", "0f", "f0"].compactMap {
      InfoHash(hex: $0 + String(repeating: "0", count: 38))
    }
    #expect(hashes.shuffled().sorted() == hashes)
  }
}
