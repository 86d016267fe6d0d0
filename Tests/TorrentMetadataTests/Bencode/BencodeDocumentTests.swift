// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing
import TorrentMetadata

@Suite("A bencoded document")
struct BencodeDocumentTests {
  private func decode(_ text: String) throws(ArchiveError) -> BencodeValue {
    try BencodeDocument(Array(text.utf8), name: "x").root
  }

  private func error(_ bytes: [UInt8], limits: MetadataLimits = MetadataLimits()) -> ArchiveError? {
    do throws(ArchiveError) {
      _ = try BencodeDocument(bytes, name: "x", limits: limits)
      return nil
    } catch {
      return error
    }
  }

  @Test(
    "holds integers of 64 bits",
    arguments: [
      ("i0e", 0), ("i-1e", -1), ("i10e", 10), ("i9223372036854775807e", .max),
      ("i-9223372036854775808e", .min),
    ] as [(String, Int64)])
  func integers(text: String, value: Int64) throws {
    #expect(try decode(text).integer == value)
  }

  @Test("holds strings of any bytes")
  func strings() throws {
    #expect(try decode("0:").string == [])
    #expect(try decode("4:spam").string == Array("spam".utf8)[...])
    #expect(try BencodeDocument([0x32, 0x3A, 0xFF, 0], name: "x").root.string == [0xFF, 0])
  }

  @Test("holds lists and dictionaries in each other")
  func containers() throws {
    let value = try decode("d1:ali1eld1:xi2eeee1:bdee")
    #expect(value.kind == .dictionary)
    #expect(value["a"]?.elements?.map(\.kind) == [.integer, .list])
    #expect(value["b"]?.entries?.map(\.value.offset) == [])
    #expect(value["c"] == nil)
  }

  @Test("gives the bytes of a value as they were found")
  func raw() throws {
    let value = try decode("d4:infod1:xi1ee1:y1:ze")
    #expect(value["info"].map { String(decoding: $0.raw, as: UTF8.self) } == "d1:xi1ee")
    #expect(value["info"]?.offset == 7)
  }

  @Test(
    "refuses what is not canonical, and says where",
    arguments: [
      ("", 0, "the input ends, expected a value"),
      ("i01e", 0, "an integer with a leading zero"),
      ("i00e", 0, "an integer with a leading zero"),
      ("i-0e", 0, "minus zero"),
      ("i-01e", 0, "minus zero"),
      ("ie", 1, "expected a digit, found byte 101"),
      ("i-e", 2, "expected a digit, found byte 101"),
      ("i+1e", 1, "expected a digit, found byte 43"),
      ("i1 e", 2, "expected a digit or 'e', found byte 32"),
      ("i1", 0, "the input ends within an integer"),
      ("i9223372036854775808e", 0, "an integer that does not fit 64 bits"),
      ("i-9223372036854775809e", 0, "an integer that does not fit 64 bits"),
      ("i1000000000000000000000000000000e", 0, "an integer that does not fit 64 bits"),
      ("01:a", 0, "a length with a leading zero"),
      ("5:spam", 0, "a string of 5 bytes, but only 4 follow"),
      ("99999999999999999999:", 0, "a string longer than 67108864 bytes"),
      ("4", 0, "the input ends within a length"),
      ("4-", 1, "expected ':' after a length, found byte 45"),
      ("-1:a", 0, "expected a value, found byte 45"),
      ("l", 1, "the input ends, expected a value or the end of the list"),
      ("e", 0, "expected a value, found byte 101"),
      ("d1:be", 4, "a key without a value, expected a value"),
      ("d", 1, "the input ends, expected a key or the end of the dictionary"),
      ("di1e1:ae", 1, "expected a key or the end of the dictionary, found byte 105"),
      ("d1:bi1e1:ai2ee", 7, "keys out of order, expected them sorted"),
      ("d2:aai1e1:ai2ee", 8, "keys out of order, expected them sorted"),
      ("d1:ai1e1:ai2ee", 7, "the same key twice"),
      ("i1ei2e", 3, "3 bytes after the value, expected the end"),
      ("le\n", 2, "1 bytes after the value, expected the end"),
    ] as [(String, UInt64, String)])
  func refused(text: String, offset: UInt64, reason: String) {
    #expect(
      error(Array(text.utf8))
        == ArchiveError(.data, reason, at: ArchiveError.Place(file: "x", offset: offset)))
  }

  @Test("is no deeper than its limit", arguments: [UInt8(ascii: "l"), UInt8(ascii: "d")])
  func depth(container: UInt8) {
    var nested: [UInt8] = []
    for _ in 0..<100_000 {
      nested.append(container)
      if container == UInt8(ascii: "d") { nested += Array("1:a".utf8) }
    }
    #expect(error(nested)?.reason == "nested more than 100 deep")
  }

  @Test("takes nesting up to its limit")
  func depthWithin() throws {
    let nested = String(repeating: "l", count: 100) + String(repeating: "e", count: 100)
    #expect(try decode(nested).kind == .list)
  }

  @Test("has no more bytes and values than its limits")
  func limits() {
    var limits = MetadataLimits()
    limits.torrentBytes = 10
    limits.tokens = 3
    #expect(
      error(Array("10:0123456789".utf8), limits: limits)?.reason.hasPrefix("13 bytes") == true)
    #expect(error(Array("li1ei2ee".utf8), limits: limits) == nil)
    #expect(error(Array("llelelee".utf8), limits: limits)?.reason == "more than 3 values")
  }

  @Test("refuses every beginning of a sound one")
  func truncated() {
    let whole = Array("d1:ai1e1:bl1:xi-2eee".utf8)
    #expect(error(whole) == nil)
    for count in 0..<whole.count { #expect(error(Array(whole[..<count])) != nil) }
  }
}
