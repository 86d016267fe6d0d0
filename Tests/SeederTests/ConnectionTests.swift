// SPDX-License-Identifier: Apache-2.0

import Foundation
import Seeder
import Testing

/// RFC 9112 on the wire, and clients that mean no good.
struct ConnectionTests {
  private let small = "/dists/bookworm/InRelease"

  private func exchange(
    _ text: String, limits: SeederLimits = SeederLimits()
  ) async throws -> String {
    var reply = Data()
    try await withSeeder(limits: limits) { seeder in
      let connection = try RawConnection(port: seeder.port)
      try connection.send(text)
      reply = try await connection.receiveAll()
    }
    return String(decoding: reply, as: UTF8.self)
  }

  @Test func pipelinedRequestsAreAnsweredInOrder() async throws {
    let reply = try await exchange(
      "GET \(small) HTTP/1.1\r\nHost: a\r\n\r\n" + "HEAD \(small) HTTP/1.1\r\nHost: a\r\n\r\n"
        + "GET /none HTTP/1.1\r\nHost: a\r\n\r\n" + "PUT /x HTTP/1.1\r\nHost: a\r\n\r\n"
        + "GET \(small) HTTP/1.1\r\nHost: a\r\nRange: bytes=3-5\r\nConnection: close\r\n\r\n"
        + "GET \(small) HTTP/1.1\r\nHost: a\r\n\r\n")
    #expect(Data(reply.utf8).statuses == ["200", "200", "404", "405", "206"])
    #expect(reply.components(separatedBy: "of the archive\n").count == 2)
    #expect(reply.hasSuffix("\r\n\r\nthe"))
  }

  @Test func gibberishAfterARequestDoesNotCutItsResponse() async throws {
    try await withSeeder { seeder in
      let connection = try RawConnection(port: seeder.port)
      try connection.send("GET /\(TestArchive.large) HTTP/1.1\r\nHost: a\r\n\r\ngibberish\r\n\r\n")
      let reply = try await connection.receiveAll()
      #expect(reply.count > TestArchive.largeSize)
      #expect(reply.suffix(400).statuses == ["400"])
    }
  }

  @Test func manyRefusedRequestsAtOnce() async throws {
    let count = 3000
    let reply = try await exchange(
      String(repeating: "PUT / HTTP/1.1\r\nHost: a\r\n\r\n", count: count)
        + "PUT / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    #expect(Data(reply.utf8).statuses == Array(repeating: "405", count: count + 1))
  }

  @Test func aClientMayStopSending() async throws {
    try await withSeeder { seeder in
      let connection = try RawConnection(port: seeder.port)
      try connection.send("GET /\(TestArchive.large) HTTP/1.1\r\nHost: a\r\n\r\n")
      connection.finishSending()
      #expect(try await connection.receiveAll().count > TestArchive.largeSize)
    }
  }

  @Test func http10ClosesUnlessAskedNotTo() async throws {
    let closed = try await exchange("GET \(small) HTTP/1.0\r\n\r\n")
    #expect(closed.contains("Connection: close\r\n"))
    let kept = try await exchange(
      "GET \(small) HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET \(small) HTTP/1.0\r\n\r\n")
    #expect(Data(kept.utf8).statuses == ["200", "200"])
    #expect(kept.contains("Connection: keep-alive\r\n"))
  }

  @Test(arguments: [
    ("GET /x HTTP/1.1\r\nConnection: close\r\n\r\n", "400"),
    ("GET /x HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n", "400"),
    ("GET x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", "400"),
    ("CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n", "405"),
    ("gibberish\r\n\r\n", "400"), ("GET /x HTTP/2.0\r\nHost: a\r\n\r\n", "400"),
    ("GET /x HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n", "400"),
  ])
  func refuses(request: String, status: String) async throws {
    #expect(try await Data(exchange(request).utf8).statuses == [status])
  }

  @Test func anUpgradeIsNotTaken() async throws {
    let reply = try await exchange(
      "GET \(small) HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings\r\n"
        + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n")
    #expect(Data(reply.utf8).statuses == ["200"])
    #expect(reply.contains("Connection: close\r\n"))
  }

  @Test func aSmallUploadIsDroppedAndTheConnectionKept() async throws {
    let content = String(repeating: "x", count: 60000)
    let reply = try await exchange(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60000\r\n\r\n\(content)"
        + "GET \(small) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
    #expect(Data(reply.utf8).statuses == ["405", "200"])
  }

  @Test func aLargeUploadEndsTheConnection() async throws {
    try await withSeeder { seeder in
      let connection = try RawConnection(port: seeder.port)
      try connection.send("PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n")
      try connection.send(String(repeating: "x", count: 66000))
      let reply = try await connection.receiveAll()
      #expect(reply.statuses == ["405"])
      #expect(String(decoding: reply, as: UTF8.self).contains("Connection: close\r\n"))
    }
  }

  @Test func aSlowHeaderEndsTheConnection() async throws {
    var limits = SeederLimits()
    limits.idle = .milliseconds(400)
    try await withSeeder(limits: limits) { seeder in
      let connection = try RawConnection(port: seeder.port)
      let dripping = Task {
        try connection.send("GET \(small) HTTP/1.1\r\nHost: a\r\nX: ")
        while true {
          try await Task.sleep(for: .milliseconds(100))
          try connection.send("x")
        }
      }
      #expect(try await connection.receiveAll().isEmpty)
      dripping.cancel()
    }
  }

  @Test func aSlowReaderIsServedToTheEnd() async throws {
    var limits = SeederLimits()
    limits.idle = .seconds(3)
    try await withSeeder(limits: limits) { seeder in
      let connection = try RawConnection(port: seeder.port)
      try connection.send(
        "GET /\(TestArchive.large) HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
      var count = 0
      while true {
        let bytes = try await connection.receive(upTo: 128 * 1024)
        if bytes.isEmpty { break }
        count += bytes.count
        try await Task.sleep(for: .milliseconds(10))
      }
      #expect(count > TestArchive.largeSize)
    }
  }

  @Test func aFileThatLosesBytesEndsTheConnection() async throws {
    try await withSeeder { seeder in
      let connection = try RawConnection(port: seeder.port)
      try connection.send("GET /\(TestArchive.large) HTTP/1.1\r\nHost: a\r\n\r\n")
      var count = try await connection.receive().count
      let file = seeder.archive.url("archive/\(TestArchive.large)")
      try FileHandle(forWritingTo: file).truncate(atOffset: 100)
      count += try await connection.receiveAll().count
      #expect(count < TestArchive.largeSize)
    }
  }

  @Test func aReaderThatStopsIsCutOff() async throws {
    var limits = SeederLimits()
    limits.idle = .milliseconds(400)
    try await withSeeder(limits: limits) { seeder in
      let connection = try RawConnection(port: seeder.port)
      try connection.send("GET /\(TestArchive.large) HTTP/1.1\r\nHost: a\r\n\r\n")
      try await Task.sleep(for: .seconds(2))
      #expect(try await connection.receiveAll().count < TestArchive.largeSize)
    }
  }
}
