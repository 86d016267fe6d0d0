// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Tracker

/// The vectors of the authors' reference implementation: the key is 00 01 … 0f, the message of the
/// nth vector is 00 01 … n-1.
struct SipHashTests {
  private let hash = SipHash(key: (0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908))

  @Test(
    arguments: [
      (0, 0x726F_DB47_DD0E_0E31), (1, 0x74F8_39C5_93DC_67FD), (8, 0x93F5_F579_9A93_2462),
      (15, 0xA129_CA61_49BE_45E5),
    ] as [(Int, UInt64)])
  func `The reference vectors`(length: Int, expected: UInt64) {
    #expect(hash.hash((0..<length).map { UInt8($0) }) == expected)
  }

  @Test func `Three words are hashed as their 24 bytes`() {
    let words: (UInt64, UInt64, UInt64) = (
      0x0706_0504_0302_0100, 0x0F0E_0D0C_0B0A_0908, 0x1716_1514_1312_1110
    )
    #expect(hash.hash(words) == hash.hash((0..<24).map { UInt8($0) }))
  }
}
