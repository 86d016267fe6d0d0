// SPDX-License-Identifier: Apache-2.0

import NIOCore
import SwarmClient
import Synchronization
import Testing

@Suite struct HTTPConnectionTests {
  private typealias Reply = ScriptedServer.Reply

  private func requests(_ server: ScriptedServer, _ count: Int) throws -> [HTTPRequest] {
    try (0..<count).map { HTTPRequest(try httpURL(server.url("/\($0)"))) }
  }

  @Test("requests share few connections, and their answers keep their order")
  func pipelining() async throws {
    let server = try await ScriptedServer.start { Reply("200 OK", body: $0.target) }
    let client = try await TestClient { $0.connections = 2 }
    let outcomes = try await client.get(try requests(server, 50))
    #expect(outcomes.map(\.body) == (0..<50).map { "/\($0)" })
    #expect(Set(server.requests.map(\.connection)) == [1, 2])
    try await client.shutDown()
    try await server.stop()
  }

  @Test("a connection carries no more unanswered requests than it may")
  func depth() async throws {
    let server = try await ScriptedServer.start { _ in .silence }
    let client = try await TestClient {
      $0.connections = 1
      $0.pipelining = 3
      $0.stallTimeout = .seconds(1)
    }
    let outcomes = try await client.get(try requests(server, 9))
    // The first connection's silence says the same of those that still wait.
    #expect(outcomes.allSatisfy { $0.failure == .stalled })
    #expect(server.requests.count == 3)
    try await client.shutDown()
    try await server.stop()
  }

  @Test("requests that a closing server did not answer are asked again")
  func closing() async throws {
    let server = try await ScriptedServer.start {
      Reply("200 OK", ["Connection: close"], body: $0.target, closes: true)
    }
    let client = try await TestClient {
      $0.connections = 1
      $0.pipelining = 4
    }
    let outcomes = try await client.get(try requests(server, 6))
    #expect(outcomes.map(\.body) == (0..<6).map { "/\($0)" })
    try await client.shutDown()
    try await server.stop()
  }

  @Test("a server that closes without a word does not see the same request for ever")
  func useless() async throws {
    let server = try await ScriptedServer.start { _ in Reply(bytes: "", closes: true) }
    let client = try await TestClient { $0.connections = 1 }
    let outcomes = try await client.get(try requests(server, 4))
    #expect(outcomes.allSatisfy { $0.failure == .closed })
    try await client.shutDown()
    try await server.stop()
  }

  @Test("a cancelled request says nothing more, and those behind it are answered")
  func cancelled() async throws {
    let server = try await ScriptedServer.start { request in
      request.target == "/large"
        ? Reply("200 OK", body: String(repeating: "x", count: 1 << 20))
        : Reply("200 OK", body: request.target)
    }
    let client = try await TestClient {
      $0.connections = 1
      $0.drain = 1 << 10
    }
    let large = HTTPRequest(try httpURL(server.url("/large")))
    let small = try requests(server, 2)
    let after = Mutex(0)
    let bodies = client.loop.makePromise(of: [String].self)
    try await client.onLoop { http in
      var found: [String] = []
      var transfer: HTTPTransfer?
      transfer = http.get(large) { event in
        guard case .body = event else { return }
        after.withLock { $0 += 1 }
        transfer?.cancel()
      }
      for request in small {
        _ = http.get(request) { event in
          if case .body(let bytes) = event { found.append(String(buffer: bytes)) }
          if case .end = event, found.count == 2 { bodies.succeed(found) }
        }
      }
    }
    #expect(try await bodies.futureResult.get() == ["/0", "/1"])
    #expect(after.withLock { $0 } == 1)
    // Reading on would have cost more than another connection.
    #expect(server.requests.map(\.connection).max() == 2)
    try await client.shutDown()
    try await server.stop()
  }

  @Test("a response that is paused comes on when it is resumed")
  func paused() async throws {
    let body = String(repeating: "x", count: 4 << 20)
    let server = try await ScriptedServer.start { _ in Reply("200 OK", body: body) }
    let client = try await TestClient()
    let request = HTTPRequest(try httpURL(server.url("/")))
    let total = client.loop.makePromise(of: Int.self)
    try await client.onLoop { http in
      var count = 0
      var transfer: HTTPTransfer?
      transfer = http.get(request) { event in
        switch event {
        case .head: break
        case .body(let bytes):
          count += bytes.readableBytes
          transfer?.pause()
          http.context.loop.assumeIsolated().execute { transfer?.resume() }
        case .end: total.succeed(count)
        }
      }
    }
    #expect(try await total.futureResult.get() == 4 << 20)
    try await client.shutDown()
    try await server.stop()
  }
}
