// SPDX-License-Identifier: Apache-2.0

import HTTPMessages
import Testing

/// RFC 9110 section 14.1.2, whose examples are of a representation of 10000 bytes.
struct ByteRangeTests {
  @Test(arguments: [
    ("bytes=0-499", 0..<500), ("bytes=500-999", 500..<1000), ("bytes=-500", 9500..<10000),
    ("bytes=9500-", 9500..<10000), ("bytes=0-0", 0..<1), ("bytes=-1", 9999..<10000),
  ])
  func resolvesTheExamplesOfTheRFC(text: String, range: Range<UInt64>) {
    #expect(ByteRangeSet(text)?.resolved(size: 10000) == [range])
  }

  @Test(arguments: [
    ("bytes=9999-20000", 9999..<10000), ("bytes=-20000", 0..<10000),
    ("bytes=0-18446744073709551615", 0..<10000),
    ("bytes=0-99999999999999999999999", 0..<10000),
    ("bytes=-99999999999999999999999", 0..<10000),
  ])
  func endsWithTheFile(text: String, range: Range<UInt64>) {
    #expect(ByteRangeSet(text)?.resolved(size: 10000) == [range])
  }

  @Test(arguments: [
    "bytes=10000-", "bytes=10000-10000", "bytes=-0", "bytes=99999999999999999999999-",
  ])
  func isUnsatisfiableBeyondTheEnd(text: String) throws {
    #expect(try #require(ByteRangeSet(text)).resolved(size: 10000).isEmpty)
  }

  @Test func resolvesInAnEmptyFile() {
    #expect(ByteRange.from(first: 0).resolved(size: 0) == nil)
    #expect(ByteRange.suffix(length: 5).resolved(size: 0) == 0..<0)
  }

  @Test(arguments: ["Bytes=0-499", "bytes= 0-499 ", "bytes=,0-499,", "bytes =0-499"])
  func toleratesWhatARecipientShould(text: String) {
    #expect(ByteRangeSet(text)?.ranges == [.closed(first: 0, last: 499)])
  }

  @Test(arguments: [
    "", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=5-4", "bytes=1-2-3", "bytes=+1-2",
    "bytes=0x1-2", "seconds=0-1", "bytes=--1", "bytes=1 - 2", "bytes=0-499, bytes=600-700",
    "bytes=0-1,a", "bytes=,",
  ])
  func ignoresTheMalformed(text: String) {
    #expect(ByteRangeSet(text) == nil)
  }

  @Test func ignoresTooMany() {
    let many = (0..<10_000).map { "\($0 * 1000)-\($0 * 1000)" }.joined(separator: ",")
    #expect(ByteRangeSet("bytes=\(many)") == nil)
    #expect(ByteRangeSet("bytes=0-0,2-2,4-4", limit: 2) == nil)
    #expect(ByteRangeSet("bytes=0-0,2-2", limit: 2) != nil)
  }

  /// Section 15.3.7.2: what overlaps, or nearly touches, is sent once, in the order asked for.
  @Test(arguments: [
    ("bytes=0-0,-1", [0..<1, 9999..<10000]), ("bytes=500-600,601-999", [500..<1000]),
    ("bytes=500-700,601-999", [500..<1000]), ("bytes=0-9,50-59", [0..<60]),
    ("bytes=5000-5099,0-99", [5000..<5100, 0..<100]),
    ("bytes=0-99,5000-5099,50-5050", [0..<5100]),
    ("bytes=0-,0-,0-,0-", [0..<10000]), ("bytes=20000-,5-9", [5..<10]),
    ("bytes=1000-1099,3000-3099,2000-2099,1050-2050", [1000..<2100, 3000..<3100]),
  ])
  func coalesces(text: String, ranges: [Range<UInt64>]) {
    #expect(ByteRangeSet(text)?.resolved(size: 10000) == ranges)
  }
}
