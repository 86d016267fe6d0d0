// SPDX-License-Identifier: Apache-2.0

import Glibc
import Testing
import Tracker
import TrackerDaemon

/// The shell with real sockets.
struct ServingTests {
  private let announce = "GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=7"

  /// Runs `body` beside a tracker, and ends it.
  private func withTracker(
    prepare: (inout TrackerConfiguration) throws -> Void = { _ in },
    _ body: (RunningTracker) async throws -> Void
  ) async throws {
    let tracker = try await RunningTracker.start(prepare: prepare)
    do {
      try await body(tracker)
    } catch {
      try? await tracker.stop()
      throw error
    }
    try await tracker.stop()
  }

  @Test(arguments: [0, 1]) func `HTTP is answered over both families`(address: Int) async throws {
    try await withTracker { tracker in
      let client = try Client(tracker.addresses.http[address], isDatagram: false)
      client.send("\(announce) HTTP/1.1\r\nHost: t\r\nConnection: close\r\n\r\n")
      let answer = try client.receiveAll()
      #expect(answer.hasPrefix("HTTP/1.1 200 OK\r\n"))
      #expect(answer.contains("\r\nConnection: close\r\n"))
      #expect(answer.contains("\r\n\r\nd8:completei0e"))
    }
  }

  @Test func `Requests that come together are answered in order, on one connection`() async throws {
    try await withTracker { tracker in
      let client = try Client(tracker.addresses.http[0], isDatagram: false)
      let requests =
        (0..<50).map { "\(announce)&numwant=0&x=\($0) HTTP/1.1\r\n\r\n" }.joined()
        + "GET /scrape?info_hash=aaaaaaaaaaaaaaaaaaaa HTTP/1.1\r\nConnection: close\r\n\r\n"
      // Cut in the middle of a request, too.
      client.send(String(requests.prefix(777)))
      client.send(String(requests.dropFirst(777)))
      let answers = try client.receiveAll()
      #expect(answers.ranges(of: "HTTP/1.1 200 OK").count == 51)
      #expect(answers.ranges(of: "d8:completei0e10:downloadedi0e11:external ip").count == 50)
      #expect(
        answers.hasSuffix(
          "d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:completei0e10:downloadedi0e11:downloadersi1e10:incompletei1eeee"
        ))
    }
  }

  @Test func `A client of HTTP 1_0 may keep its connection by asking for it`() async throws {
    try await withTracker { tracker in
      let client = try Client(tracker.addresses.http[0], isDatagram: false)
      client.send("\(announce) HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
      #expect(
        String(decoding: try client.receive(), as: UTF8.self).contains("Connection: keep-alive"))
      client.send("\(announce) HTTP/1.0\r\n\r\n")
      #expect(try client.receiveAll().contains("Connection: close"))
    }
  }

  @Test(arguments: ["\u{16}\u{3}\u{1}\u{2}\n", "GET / HTTP/3\r\n\r\n"])
  func `What is not HTTP gets a failure and no more`(request: String) async throws {
    try await withTracker { tracker in
      let client = try Client(tracker.addresses.http[0], isDatagram: false)
      client.send(request)
      #expect(try client.receiveAll().contains("d14:failure reason"))
    }
  }

  @Test(arguments: [0, 1])
  func `UDP is answered, also at a socket of all addresses`(address: Int) async throws {
    try await withTracker { tracker in
      let client = try Client(tracker.addresses.udp[address], isDatagram: true)
      client.send([0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0, 1, 2, 3, 4])
      let answer = try client.receive()
      #expect(answer.count == 16)
      #expect(Array(answer.prefix(8)) == [0, 0, 0, 0, 1, 2, 3, 4])
    }
  }

  @Test func `More datagrams than a batch holds are all answered`() async throws {
    try await withTracker { tracker in
      let client = try Client(tracker.addresses.udp[0], isDatagram: true)
      var answered: Set<[UInt8]> = []
      for number in 0..<100 as Range<UInt8> {
        client.send([0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0, 0, 0, 0, number])
      }
      for _ in 0..<100 { answered.insert(Array(try client.receive().prefix(8))) }
      #expect(answered.count == 100)
    }
  }

  @Test func `The private pages tell what was answered`() async throws {
    var registry = TorrentRegistry.Builder()
    registry.add([swarm(0x61)], .standard, "pool/main/h/hello.deb")
    let tracker = try await RunningTracker.start(registry: TorrentRegistry(registry))
    let client = try Client(tracker.addresses.http[0], isDatagram: false)
    client.send("\(announce) HTTP/1.1\r\nConnection: close\r\n\r\n")
    _ = try client.receiveAll()
    func page(_ path: String) throws -> String {
      let client = try Client(tracker.addresses.admin[0], isDatagram: false)
      client.send("GET \(path) HTTP/1.1\r\nConnection: close\r\n\r\n")
      return try client.receiveAll()
    }
    #expect(try page("/stats").contains("pool/main/h/hello.deb"))
    #expect(try page("/healthz").hasSuffix("ok\n"))
    #expect(try page("/other").hasPrefix("HTTP/1.1 404"))
    let counted = #"tracker_answers_total{protocol="http",family="v4",action="announce"} 1"#
    // Workers tell what they have counted once a second.
    let end = ContinuousClock.now + .seconds(20)
    while try !page("/metrics").contains(counted), ContinuousClock.now < end {
      try await Task.sleep(for: .milliseconds(20))
    }
    #expect(try page("/metrics").contains(counted))
    #expect(try page("/metrics").contains(#"tracker_peers{standing="downloader"} 1"#))
    // A page elsewhere whose name was made to resolve to this machine reads nothing.
    let rebound = try Client(tracker.addresses.admin[0], isDatagram: false)
    rebound.send("GET /stats HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
    #expect(try rebound.receiveAll().hasPrefix("HTTP/1.1 403"))
    // The public listener has none of this.
    let outside = try Client(tracker.addresses.http[0], isDatagram: false)
    outside.send("GET /stats HTTP/1.1\r\nConnection: close\r\n\r\n")
    #expect(try outside.receiveAll().contains("failure reason"))
    try await tracker.stop()
  }

  @Test func `A restart loses no swarm`() async throws {
    var name = Array("/tmp/tracker-test-XXXXXX".utf8CString)
    _ = mkdtemp(&name)
    let directory = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    defer {
      unlink("\(directory)/snapshot")
      rmdir(directory)
    }
    for expected in ["5:peers0:", "5:peers6:"] {
      let tracker = try await RunningTracker.start(snapshot: "\(directory)/snapshot")
      let client = try Client(tracker.addresses.http[0], isDatagram: false)
      let port = expected.hasSuffix("0:") ? 7 : 8
      client.send(
        "GET /announce?info_hash=aaaaaaaaaaaaaaaaaaaa&port=\(port) HTTP/1.1\r\nConnection: close\r\n\r\n"
      )
      #expect(try client.receiveAll().contains(expected))
      try await tracker.stop()
    }
  }

  @Test func `Who comes when there are too many is sent away for some minutes`() async throws {
    try await withTracker(prepare: {
      $0.workers = 1
      $0.descriptors = 66
    }) { tracker in
      var kept: [Client] = []
      for _ in 0..<2 {
        let client = try Client(tracker.addresses.http[0], isDatagram: false)
        client.send("\(announce) HTTP/1.1\r\n\r\n")
        #expect(String(decoding: try client.receive(), as: UTF8.self).contains("8:complete"))
        kept.append(client)
      }
      let client = try Client(tracker.addresses.http[0], isDatagram: false)
      client.send("\(announce) HTTP/1.1\r\n\r\n")
      let answer = try client.receiveAll()
      #expect(answer.contains("d14:failure reason31:too many requests at the moment8:intervali"))
      #expect(answer.hasSuffix("e8:retry ini5ee"))
      #expect(kept.count == 2)
    }
  }

  @Test func `A full scrape is answered where it is allowed`() async throws {
    try await withTracker(prepare: { $0.policy.allowsFullScrape = true }) { tracker in
      let client = try Client(tracker.addresses.http[0], isDatagram: false)
      client.send("\(announce) HTTP/1.1\r\n\r\nGET /scrape HTTP/1.1\r\nConnection: close\r\n\r\n")
      #expect(try client.receiveAll().contains("\r\n\r\nd5:filesd20:aaaaaaaaaaaaaaaaaaaad8:"))
    }
  }

  private func swarm(_ byte: UInt8) -> SwarmID {
    SwarmID([UInt8](repeating: byte, count: 20).span.bytes, at: 0)
  }
}
