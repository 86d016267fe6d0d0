// SPDX-License-Identifier: Apache-2.0

import NIOCore
import SwarmClient
import Synchronization
import Testing

@Suite struct HTTPClientTests {
  private typealias Reply = ScriptedServer.Reply

  /// A server that knows one file, `0123456789`, and ranges of it.
  private static func file(_ request: ScriptedServer.Request) -> Reply {
    let content = Array("0123456789")
    guard let field = request.field("range")?.split(separator: "=").last else {
      return Reply("200 OK", body: String(content))
    }
    let ends = field.split(separator: "-").compactMap { Int($0) }
    let last = ends.count > 1 ? ends[1] : content.count - 1
    return Reply(
      "206 Partial Content", ["Content-Range: bytes \(ends[0])-\(last)/\(content.count)"],
      body: String(content[ends[0]...last]))
  }

  private func outcome(
    _ request: (HTTPURL) -> HTTPRequest = { HTTPRequest($0) },
    limits: (inout HTTPLimits) -> Void = { _ in }, script: @escaping ScriptedServer.Script
  ) async throws -> TestClient.Outcome {
    let server = try await ScriptedServer.start(script)
    let client = try await TestClient(prepare: limits)
    let outcome = try await client.get(request(try httpURL(server.url("/file"))))
    try await client.shutDown()
    try await server.stop()
    return outcome
  }

  @Test("a whole file")
  func whole() async throws {
    let outcome = try await outcome(script: Self.file)
    #expect(outcome.body == "0123456789")
    #expect(outcome.failure == nil)
    #expect(outcome.answer?.total == 10)
  }

  @Test("a range of a file")
  func range() async throws {
    let outcome = try await outcome({ HTTPRequest($0, .bytes(2..<5)) }, script: Self.file)
    #expect(outcome.body == "234")
    #expect(outcome.answer?.offset == 2)
    #expect(outcome.answer?.total == 10)
  }

  @Test("the rest of a file")
  func rest() async throws {
    let outcome = try await outcome({ HTTPRequest($0, .from(7)) }, script: Self.file)
    #expect(outcome.body == "789")
    #expect(outcome.answer?.offset == 7)
  }

  @Test("a server without ranges sends the file, of which the wanted part is taken")
  func ignoredRange() async throws {
    let outcome = try await outcome({ HTTPRequest($0, .bytes(2..<5)) }) { _ in
      Reply("200 OK", body: "0123456789")
    }
    #expect(outcome.body == "234")
    #expect(outcome.failure == nil)
  }

  @Test("a server without ranges is refused far behind the start of a file")
  func ignoredFarRange() async throws {
    let outcome = try await outcome(
      { HTTPRequest($0, .bytes(5..<9)) }, limits: { $0.skip = 4 }
    ) { _ in Reply("200 OK", body: "0123456789") }
    #expect(outcome.body.isEmpty)
    #expect(outcome.failure == .rangesUnsupported)
  }

  @Test(
    "another range than was asked for is refused",
    arguments: ["bytes 0-2/10", "bytes 2-5/10", "bytes 2-3/10", "bytes 2-4/3", "bytes */10", "2-4"])
  func otherRange(field: String) async throws {
    let outcome = try await outcome({ HTTPRequest($0, .bytes(2..<5)) }) { _ in
      Reply("206 Partial Content", ["Content-Range: \(field)"], body: "234")
    }
    #expect(outcome.body.isEmpty)
    #expect(outcome.failure == .wrongRange(field))
  }

  @Test("a part where the whole was asked for is refused")
  func unaskedRange() async throws {
    let outcome = try await outcome { _ in
      Reply("206 Partial Content", ["Content-Range: bytes 0-2/10"], body: "012")
    }
    #expect(outcome.failure == .wrongRange("bytes 0-2/10"))
  }

  @Test("a file larger than expected is refused before it comes")
  func limit() async throws {
    let outcome = try await outcome({ HTTPRequest($0, limit: 9) }, script: Self.file)
    #expect(outcome.failure == .tooLarge(9))
    #expect(outcome.body.isEmpty)
  }

  @Test("a file without a length ends at its limit")
  func limitOfChunks() async throws {
    let outcome = try await outcome({ HTTPRequest($0, limit: 9) }) { _ in
      Reply(
        bytes: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
          + "6\r\n012345\r\n6\r\n012345\r\n0\r\n\r\n")
    }
    #expect(outcome.failure == .tooLarge(9))
  }

  @Test("a connection that ends in the middle is a failure")
  func truncated() async throws {
    let outcome = try await outcome { _ in
      Reply(bytes: "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n0123", closes: true)
    }
    #expect(outcome.body == "0123")
    #expect(outcome.failure == .closed)
  }

  @Test("a status of failure, and when to come again")
  func status() async throws {
    let outcome = try await outcome { _ in
      Reply("503 Service Unavailable", ["Retry-After: 7"], body: "later")
    }
    #expect(outcome.failure == .status(503, retryAfter: 7))
    #expect(outcome.body.isEmpty)
  }

  @Test("a date to come again is one of the server's clock")
  func retryDate() async throws {
    let outcome = try await outcome { _ in
      Reply(
        "503 Service Unavailable",
        [
          "Date: Sun, 06 Nov 1994 08:49:37 GMT", "Retry-After: Sun, 06 Nov 1994 08:50:37 GMT",
        ])
    }
    #expect(outcome.failure == .status(503, retryAfter: 60))
  }

  @Test("what was not modified comes without bytes")
  func notModified() async throws {
    let outcome = try await outcome({
      HTTPRequest($0, ifModifiedSince: "Sun, 06 Nov 1994 08:49:37 GMT")
    }) { request in
      request.field("if-modified-since") == nil
        ? Reply("200 OK", body: "new") : Reply(bytes: "HTTP/1.1 304 Not Modified\r\n\r\n")
    }
    #expect(outcome.answer?.status == 304)
    #expect(outcome.failure == nil)
  }

  @Test("what is no HTTP is refused")
  func garbage() async throws {
    let outcome = try await outcome { _ in Reply(bytes: "220 ftp ready\r\n") }
    guard case .malformed = outcome.failure else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test("a head without end is refused")
  func endlessHead() async throws {
    let outcome = try await outcome { _ in
      Reply(
        bytes: "HTTP/1.1 200 OK\r\n"
          + (0..<100_000).map { "X-\($0): y\r\n" }.joined())
    }
    guard case .malformed = outcome.failure else {
      Issue.record("\(outcome)")
      return
    }
  }

  @Test("a server that says nothing is left")
  func stalled() async throws {
    let outcome = try await outcome(limits: { $0.stallTimeout = .milliseconds(50) }) { _ in
      .silence
    }
    #expect(outcome.failure == .stalled)
  }

  @Test("nobody listens")
  func refused() async throws {
    let server = try await ScriptedServer.start(Self.file)
    let url = try httpURL(server.url("/"))
    try await server.stop()
    let client = try await TestClient()
    let outcome = try await client.get(HTTPRequest(url))
    guard case .unreachable(let why) = outcome.failure else {
      Issue.record("\(outcome)")
      return
    }
    #expect(why.contains("Connection refused"))
    try await client.shutDown()
  }
}
