// SPDX-License-Identifier: Apache-2.0

import Seeder
import Testing

/// RFC 9110 section 14.1.2, whose examples are of a representation of 10000 bytes.
struct ByteRangeTests {
  @Test(arguments: [
    ("bytes=0-499", 0..<500), ("bytes=500-999", 500..<1000), ("bytes=-500", 9500..<10000),
    ("bytes=9500-", 9500..<10000), ("bytes=0-0", 0..<1), ("bytes=-1", 9999..<10000),
  ])
  func resolvesTheExamplesOfTheRFC(text: String, range: Range<UInt64>) {
    #expect(ByteRange(text)?.resolved(size: 10000) == range)
  }

  @Test(arguments: [
    ("bytes=9999-20000", 9999..<10000), ("bytes=-20000", 0..<10000),
    ("bytes=0-18446744073709551615", 0..<10000),
    ("bytes=0-99999999999999999999999", 0..<10000),
    ("bytes=-99999999999999999999999", 0..<10000),
  ])
  func endsWithTheFile(text: String, range: Range<UInt64>) {
    #expect(ByteRange(text)?.resolved(size: 10000) == range)
  }

  @Test(arguments: [
    "bytes=10000-", "bytes=10000-10000", "bytes=-0", "bytes=99999999999999999999999-",
  ])
  func isUnsatisfiableBeyondTheEnd(text: String) throws {
    #expect(try #require(ByteRange(text)).resolved(size: 10000) == nil)
  }

  @Test func resolvesInAnEmptyFile() {
    #expect(ByteRange.from(first: 0).resolved(size: 0) == nil)
    #expect(ByteRange.suffix(length: 5).resolved(size: 0) == 0..<0)
  }

  @Test(arguments: ["Bytes=0-499", "bytes= 0-499 ", "bytes=,0-499,", "bytes =0-499"])
  func toleratesWhatARecipientShould(text: String) {
    #expect(ByteRange(text) == .closed(first: 0, last: 499))
  }

  @Test(arguments: [
    "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=1-2-3", "bytes=+1-2",
    "bytes=0x1-2", "bytes=0-499,600-700", "bytes=0-0,-1", "seconds=0-1", "bytes=--1", "bytes=1 - 2",
    "bytes=0-499, bytes=600-700",
  ])
  func ignoresTheMalformedAndTheMany(text: String) {
    #expect(ByteRange(text) == nil)
  }
}
