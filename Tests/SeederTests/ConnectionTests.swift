// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
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
    ("gibberish\r\n\r\n", "400"), ("GET /x HTTP/2.0\r\nHost: a\r\n\r\n", "505"),
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
      #expect(reply.statuses == ["413"])
      #expect(String(decoding: reply, as: UTF8.self).contains("Connection: close\r\n"))
    }
  }

  @Test func aSlowHeaderEndsTheConnection() async throws {
    var limits = SeederLimits()
    limits.header = .milliseconds(400)
    try await withSeeder(limits: limits) { seeder in
      let connection = try RawConnection(port: seeder.port)
      let dripping = Task {
        try connection.send("GET \(small) HTTP/1.1\r\nHost: a\r\nX: ")
        while true {
          try await Task.sleep(for: .milliseconds(100))
          try connection.send("x")
        }
      }
      #expect(try await connection.receiveAll().statuses == ["408"])
      dripping.cancel()
    }
  }

  @Test func aSlowContentEndsTheConnection() async throws {
    var limits = SeederLimits()
    limits.header = .milliseconds(400)
    let reply = try await exchange(
      "POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nx", limits: limits)
    #expect(Data(reply.utf8).statuses == ["408"])
  }

  @Test func anIdleConnectionEnds() async throws {
    var limits = SeederLimits()
    limits.idle = .milliseconds(400)
    #expect(try await exchange("", limits: limits).isEmpty)
  }

  @Test func aContinueIsSaidBeforeTheContent() async throws {
    try await withSeeder { seeder in
      let connection = try RawConnection(port: seeder.port)
      try connection.send(
        "POST /pieces/\(String(repeating: "0", count: 40)) HTTP/1.1\r\nHost: a\r\n"
          + "Expect: 100-continue\r\nContent-Length: 1\r\n\r\n")
      #expect(try await connection.receive().statuses == ["100"])
      try connection.send("1")
      #expect(try await connection.receive().statuses == ["404"])
    }
  }

  @Test func tooManyConnectionsAreTurnedAway() async throws {
    var limits = SeederLimits()
    limits.connectionsPerAddress = 1
    try await withSeeder(limits: limits) { seeder in
      let first = try RawConnection(port: seeder.port)
      try first.send("GET \(small) HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await first.receive().statuses == ["200"])
      let second = try RawConnection(port: seeder.port)
      let reply = try await second.receiveAll()
      #expect(reply.statuses == ["503"])
      #expect(String(decoding: reply, as: UTF8.self).contains("Retry-After: 10\r\n"))
      try first.send("GET \(small) HTTP/1.1\r\nHost: a\r\n\r\n")
      #expect(try await first.receive().statuses == ["200"], "who is in stays in")
    }
  }

  @Test func severalRangesComeAsParts() async throws {
    let reply = try await exchange(
      "GET /\(TestArchive.large) HTTP/1.1\r\nHost: a\r\nRange: bytes=0-2,1000-1002,-2\r\n"
        + "Connection: close\r\n\r\n")
    #expect(Data(reply.utf8).statuses == ["206"])
    let halves = reply.components(separatedBy: "\r\n\r\n")
    let boundary = try #require(
      halves[0].components(separatedBy: "boundary=").last?.components(separatedBy: "\r\n").first)
    #expect(reply.hasSuffix("\r\n--\(boundary)--\r\n"))
    #expect(reply.components(separatedBy: "\r\n--\(boundary)\r\n").count == 4)
    #expect(reply.contains("Content-Range: bytes 1000-1002/\(TestArchive.largeSize)\r\n"))
    let length = halves[0].components(separatedBy: "Content-Length: ").last.flatMap {
      Int($0.prefix { $0.isNumber })
    }
    #expect(length == reply.utf8.count - halves[0].utf8.count - 4)
  }

  @Test func aRateIsKept() async throws {
    var limits = SeederLimits()
    limits.connectionBandwidth = ByteCount(20_000)
    let began = ContinuousClock.now
    let request = "GET /\(TestArchive.package) HTTP/1.1\r\nHost: a\r\n"
    _ = try await exchange(
      String(repeating: "\(request)\r\n", count: 2) + "\(request)Connection: close\r\n\r\n",
      limits: limits)
    // 30,000 bytes, of which the first 5,000 are free and the last have no successor to wait.
    #expect(ContinuousClock.now - began >= .milliseconds(700))
  }

  @Test func aSlowReaderIsServedToTheEnd() async throws {
    var limits = SeederLimits()
    limits.stalled = .seconds(3)
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
    limits.stalled = .milliseconds(400)
    try await withSeeder(limits: limits) { seeder in
      let connection = try RawConnection(port: seeder.port)
      try connection.send("GET /\(TestArchive.large) HTTP/1.1\r\nHost: a\r\n\r\n")
      try await Task.sleep(for: .seconds(2))
      #expect(try await connection.receiveAll().count < TestArchive.largeSize)
    }
  }
}
