// SPDX-License-Identifier: Apache-2.0

import HTTPMessages
import Testing

/// RFC 9112 sections 2 to 6, and the shapes by which requests have been smuggled.
struct RequestHeadParserTests {
  private func outcome(_ text: String, step: Int = .max) -> RequestHeadParser.Outcome {
    var parser = RequestHeadParser()
    let bytes = Array(text.utf8)
    var end = min(step, bytes.count)
    while true {
      let outcome = bytes[..<end].withUnsafeBytes { parser.parse($0) }
      guard case .needsMore = outcome, end < bytes.count else { return outcome }
      end = min(end + step, bytes.count)
    }
  }

  private func head(_ text: String, step: Int = .max) throws -> RequestHead {
    guard case .head(let head) = outcome(text, step: step) else { throw NoHead() }
    return head
  }

  private struct NoHead: Error {}

  private func refusal(_ text: String, step: Int = .max) -> RequestHeadParser.Refusal? {
    guard case .refused(let refusal) = outcome(text, step: step) else { return nil }
    return refusal
  }

  @Test(arguments: [1, 2, 3, 7, 1000])
  func readsARequestHoweverItArrives(step: Int) throws {
    let text = "GET /a?b HTTP/1.1\r\nHost: x\r\nRANGE: \t bytes=0-1 \r\nx-y:z\r\n\r\nGET"
    let head = try head(text, step: step)
    #expect(head.method == .get)
    #expect(head.minorVersion == 1)
    #expect(head.keepsAlive)
    #expect(head.body == .none)
    #expect(head.length == text.utf8.count - 3)
    #expect(slice(text, head.target) == "/a?b")
    #expect(head[.range].map { slice(text, $0) } == "bytes=0-1")
    #expect(head[.ifRange] == nil)
    #expect(head.hasConditions)
  }

  private func slice(_ text: String, _ slice: RequestHead.Slice) -> String {
    String(decoding: Array(text.utf8)[slice.range], as: UTF8.self)
  }

  @Test(arguments: [
    ("GET", RequestHead.Method.get), ("HEAD", .head), ("POST", .post), ("OPTIONS", .options),
    ("CONNECT", .connect), ("DELETE", .other), ("get", .other), ("PROPFIND", .other),
  ])
  func tellsMethodsApart(name: String, method: RequestHead.Method) throws {
    #expect(try head("\(name) / HTTP/1.1\r\nHost: a\r\n\r\n").method == method)
  }

  /// Section 9.3.
  @Test(arguments: [
    ("1.1", "", true), ("1.1", "Connection: close\r\n", false),
    ("1.1", "Connection: keep-alive, CLOSE\r\n", false),
    ("1.1", "Connection: x\r\nConnection: close\r\n", false),
    ("1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n", false),
    ("1.0", "", false), ("1.0", "Connection: Keep-Alive\r\n", true), ("1.2", "", true),
  ])
  func knowsWhetherTheConnectionStays(version: String, fields: String, keeps: Bool) throws {
    #expect(try head("GET / HTTP/\(version)\r\nHost: a\r\n\(fields)\r\n").keepsAlive == keeps)
  }

  @Test func knowsWhatFollows() throws {
    let length = try head("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\n")
    #expect(length.body == .length(12))
    let chunked = try head(
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\nExpect: 100-Continue\r\n\r\n")
    #expect(chunked.body == .chunked)
    #expect(chunked.expectsContinue)
  }

  @Test func skipsEmptyLinesBeforeARequest() throws {
    let text = "\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n"
    #expect(try head(text).length == text.utf8.count)
    #expect(refusal(String(repeating: "\r\n", count: 10)) == .malformed)
  }

  @Test(arguments: [
    // Request lines.
    "GET  / HTTP/1.1\r\n\r\n", " GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1 \r\n\r\n",
    "GET /\r\n\r\n", "GET\r\n\r\n", "GET / \r\n\r\n", "GET / http/1.1\r\n\r\n",
    "GET / HTTP/1.11\r\n\r\n", "GET / HTTP/1\r\n\r\n", "GET / HTTP/1,1\r\n\r\n",
    "G\u{0}T / HTTP/1.1\r\n\r\n", "GET /\u{0} HTTP/1.1\r\n\r\n", "GET /\u{7F} HTTP/1.1\r\n\r\n",
    "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", "GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
    "\u{16}\u{3}\u{1}\u{2}", "{\"a\": 1}", "(\r\n",
    // Lines.
    "GET / HTTP/1.1\nHost: a\n\n", "GET / HTTP/1.1\r\nHost: a\n\r\n", "\nGET / HTTP/1.1\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\rX: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n X: b\r\n\r\n",
    "GET / HTTP/1.1\r\n Host: a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n\tX\r\n\r\n",
    // Fields.
    "GET / HTTP/1.1\r\nHost : a\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX: \u{0}\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a\r\nX\u{0}Y: b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nX(: b\r\n\r\n",
    // Host (section 3.2).
    "GET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a b\r\n\r\n", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
    "GET / HTTP/1.1\r\nHost: a@b\r\n\r\n",
  ])
  func refusesTheMalformed(text: String) {
    #expect(refusal(text) == .malformed)
    #expect(refusal(text, step: 1) == .malformed)
  }

  /// Section 6.3: a length in doubt is another request for somebody.
  @Test(arguments: [
    "Content-Length: 1\r\nContent-Length: 1", "Content-Length: 1\r\nContent-Length: 2",
    "Content-Length: 1, 1", "Content-Length: +1", "Content-Length: -1", "Content-Length: 1 2",
    "Content-Length:", "Content-Length: 0x10", "Content-Length: 1a",
    "Content-Length: 99999999999999999999999", "Content-Length: 9223372036854775807",
    "Content-Length: 1\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding: chunked\r\nContent-Length: 1",
    "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
    "Transfer-Encoding : chunked", "Transfer-Encoding\u{B}: chunked", "Content-Length\u{0}: 1",
    "Transfer-Encoding: \u{B}chunked", "X: a\r\n Content-Length: 1",
  ])
  func refusesWhatSmugglesRequests(fields: String) {
    #expect(refusal("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n") == .malformed)
  }

  @Test(arguments: [
    "Transfer-Encoding: gzip, chunked", "Transfer-Encoding: identity",
    "Transfer-Encoding: chunked, chunked", "Transfer-Encoding: xchunked",
    "Transfer-Encoding: \"chunked\"", "Transfer-Encoding:",
  ])
  func knowsOneTransferCoding(fields: String) {
    #expect(refusal("POST / HTTP/1.1\r\nHost: a\r\n\(fields)\r\n\r\n") == .notImplemented)
  }

  @Test func http10HasNoTransferCoding() {
    #expect(refusal("POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n") == .malformed)
  }

  @Test(arguments: ["0.9", "2.0", "3.0", "9.9"])
  func speaksHTTP1(version: String) {
    #expect(refusal("GET / HTTP/\(version)\r\n\r\n") == .versionNotSupported)
  }

  @Test func boundsEverything() {
    let long = String(repeating: "a", count: 20_000)
    #expect(refusal("GET /\(long.prefix(9000)) HTTP/1.1\r\n\r\n") == .targetTooLong)
    #expect(refusal("GET /\(long)") == .targetTooLong)
    #expect(refusal("GET / HTTP/1.1\r\nHost: a\r\nX: \(long)") == .fieldsTooLarge)
    #expect(refusal("GET / HTTP/1.1\r\nHost: a\r\n\(long)", step: 100) == .fieldsTooLarge)
    let many = String(repeating: "X: y\r\n", count: 101)
    #expect(refusal("GET / HTTP/1.1\r\n\(many)\r\n") == .fieldsTooLarge)
    #expect(refusal("\(long.prefix(25)) / HTTP/1.1\r\n\r\n") == .malformed)
  }

  @Test func ofARepeatedConditionTheHeadKnows() throws {
    let text =
      "GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: \"a\"\r\nif-none-match: \"b\"\r\n"
      + "Range: bytes=0-1\r\nRange: bytes=2-3\r\nIf-Range: \"a\"\r\nIf-Range: \"b\"\r\n\r\n"
    let head = try head(text)
    let conditions = Array(text.utf8).withUnsafeBytes { RequestConditions(head, in: $0) }
    #expect(conditions.ifNoneMatch == "\"a\", \"b\"")
    #expect(conditions.range == nil)
    #expect(conditions.ifRange == "")
  }
}
