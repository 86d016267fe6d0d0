// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Tracker

struct RequestHeadTests {
  private func head(_ text: String) throws -> RequestHead? {
    try RequestHead(bytes(text).span.bytes)
  }

  private func text(_ request: String, _ range: Range<Int>) -> String {
    String(decoding: bytes(request)[range], as: UTF8.self)
  }

  @Test func `Path, query and length are found`() throws {
    let request = "GET /x/announce?a=b HTTP/1.1\r\nHost: t\r\n\r\nGET /"
    let head = try #require(try head(request))
    #expect(text(request, head.path) == "/x/announce")
    #expect(text(request, head.query) == "a=b")
    #expect(head.length == request.utf8.count - 5)
    #expect(head.resource == .announce)
  }

  @Test(arguments: [
    ("/announce", RequestHead.Resource.announce), ("/a/b/scrape", .scrape),
    ("http://tracker:80/announce", .announce), ("/", .other), ("/announcement", .other),
    ("/xannounce", .other), ("/scrape/", .other),
  ])
  func `The last component says what is asked for`(
    path: String, resource: RequestHead.Resource
  ) throws {
    #expect(try head("GET \(path)?x HTTP/1.1\r\n\r\n")?.resource == resource)
  }

  @Test(arguments: [
    ("HTTP/1.1", "", true), ("HTTP/1.1", "Connection: close\r\n", false),
    ("HTTP/1.1", "connection: Upgrade, Close\r\n", false), ("HTTP/1.0", "", false),
    ("HTTP/1.0", "Connection: Keep-Alive\r\n", true),
  ])
  func `A connection stays open as RFC 9112 says`(
    version: String, field: String, staysOpen: Bool
  ) throws {
    #expect(try head("GET / \(version)\r\n\(field)\r\n")?.staysOpen == staysOpen)
  }

  @Test func `Any part of a head is not yet one`() throws {
    let request = "GET /announce HTTP/1.1\r\nHost: t\r\n\r\n"
    for length in 0..<request.utf8.count {
      #expect(try RequestHead(Array(bytes(request).prefix(length)).span.bytes) == nil)
    }
  }

  @Test(arguments: [
    "\r\nGET / HTTP/1.1\r\n\r\n", "GET / HTTP/1.1\nHost: t\n\n",
  ])
  func `An empty line before, and lines without CR, are tolerated`(request: String) throws {
    #expect(try head(request)?.length == request.utf8.count)
  }

  @Test(arguments: [
    "GET /\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET  HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}\n",
    "GET / HTTP/1.1\r\nno colon\r\n\r\n", "GET / HTTP/1.1\r\nContent-Length: 5\r\n\r\n",
    "GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n",
  ])
  func `What is not HTTP, or hides a request, is refused`(request: String) {
    #expect(throws: Refusal.malformed) { try head(request) }
  }

  @Test func `A head that does not end is refused`() {
    let request =
      "GET / HTTP/1.1\r\nX: " + String(repeating: "a", count: TrackerLimits.requestBytes)
    #expect(throws: Refusal.tooLong) { try head(request) }
  }

  @Test(arguments: [
    ("203.0.113.9", "203.0.113.9"), ("1.1.1.1, 203.0.113.9", "203.0.113.9"),
    ("x, 2001:db8::1 ", "2001:db8::1"), ("203.0.113.9, unknown", nil), ("", nil),
  ])
  func `The last address of X-Forwarded-For counts`(value: String, address: String?) throws {
    let head = try head("GET / HTTP/1.1\r\nX-Forwarded-For: \(value)\r\n\r\n")
    #expect(head?.forwardedFor?.description == address)
  }
}
