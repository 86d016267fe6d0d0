// SPDX-License-Identifier: Apache-2.0

import HTTPMessages
import Testing

/// RFC 9112 sections 6 and 7.1.
struct BodyDecoderTests {
  private func decode(
    _ text: String, _ body: RequestHead.Body = .chunked, step: Int = .max,
    limits: RequestLimits = RequestLimits()
  ) -> (outcome: BodyDecoder.Outcome, content: String, rest: Int) {
    var decoder = BodyDecoder(body, keeps: true, limits: limits)
    let bytes = Array(text.utf8)
    var position = 0
    var outcome = BodyDecoder.Outcome.needsMore
    repeat {
      let end = min(bytes.count, step == .max ? bytes.count : position + step)
      var consumed = 0
      outcome = bytes[position..<end].withUnsafeBytes { decoder.decode($0, consumed: &consumed) }
      position += consumed
      if outcome == .needsMore, consumed == 0 { break }
    } while outcome == .needsMore
    return (outcome, String(decoding: decoder.content, as: UTF8.self), bytes.count - position)
  }

  @Test(arguments: [1, 2, 3, 5, 1000])
  func readsChunks(step: Int) {
    let text = "4\r\n1 2 \r\n003;a=\"b\"\r\n3-4\r\n0\r\nX: y\r\n\r\n"
    let (outcome, content, rest) = decode(text + "GET", step: step)
    #expect(outcome == .complete)
    #expect(content == "1 2 3-4")
    #expect(rest == 3)
  }

  @Test(arguments: [1, 3, 1000])
  func readsALength(step: Int) {
    let (outcome, content, rest) = decode("4711GET", .length(4), step: step)
    #expect(outcome == .complete)
    #expect(content == "4711")
    #expect(rest == 3)
  }

  @Test func nothingIsCompleteAtOnce() {
    #expect(decode("GET", .none).outcome == .complete)
    #expect(decode("GET", .length(0)).rest == 3)
  }

  @Test(arguments: [
    "x\r\n", "\r\n", "-1\r\n", "4\n1234", "4 4\r\n", "4\r\n12345\r\n", "4\r\n1234\n0\r\n\r\n",
    "4\r\n1234\r\rx", "123456789\r\n", "0x4\r\n", " 4\r\n", "4\u{0}\r\n",
  ])
  func refusesTheMalformed(text: String) { #expect(decode(text).outcome == .malformed) }

  @Test func boundsEverything() {
    var limits = RequestLimits()
    limits.bodyBytes = 8
    #expect(decode("123456789", .length(9), limits: limits).outcome == .tooLarge)
    #expect(decode("9\r\n123456789", limits: limits).outcome == .tooLarge)
    #expect(decode("5\r\n12345\r\n5\r\n12345", limits: limits).outcome == .tooLarge)
    limits.chunkOverhead = 16
    #expect(
      decode("1;\(String(repeating: "x", count: 20))\r\n", limits: limits).outcome == .tooLarge)
    #expect(
      decode("0\r\nX: \(String(repeating: "x", count: 20))", limits: limits).outcome == .tooLarge)
  }
}
