// SPDX-License-Identifier: Apache-2.0

import Testing
import TorrentMetadata

@Suite("Percent encoding")
struct PercentEncodingTests {
  @Test("leaves unreserved characters alone")
  func unreserved() {
    #expect(PercentEncoding.encode("aZ09-._~".utf8) == "aZ09-._~")
    #expect(PercentEncoding.encode("a b/+%&=ä".utf8) == "a%20b%2F%2B%25%26%3D%C3%A4")
  }

  @Test("gives back every byte")
  func roundTrip() {
    let bytes = Array(UInt8.min...UInt8.max)
    #expect(PercentEncoding.decode(PercentEncoding.encode(bytes).utf8) == bytes)
  }

  @Test("takes digits of either case and no halves", arguments: ["%", "%4", "a%4", "%g0", "%0g"])
  func malformed(text: String) {
    #expect(PercentEncoding.decode("%aB".utf8) == [0xAB])
    #expect(PercentEncoding.decode(text.utf8) == nil)
  }
}
