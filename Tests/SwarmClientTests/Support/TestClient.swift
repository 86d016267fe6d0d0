// SPDX-License-Identifier: Apache-2.0

import NIOCore
import NIOPosix
import SwarmClient
import TorrentMetadata

/// A client on a loop of its own, asked from tests.
final class TestClient: Sendable {
  /// What came of a request.
  struct Outcome: Sendable, Equatable {
    var answer: HTTPAnswer?
    var body = ""
    var failure: HTTPFailure?
  }

  let loop: any EventLoop
  let client: NIOLoopBound<HTTPClient>

  init(prepare: (inout HTTPLimits) -> Void = { _ in }) async throws {
    var limits = HTTPLimits()
    prepare(&limits)
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let context = HTTPContext(loop: loop, limits: limits, agent: "test")
    self.loop = loop
    client = try await loop.submit { NIOLoopBound(HTTPClient(context), eventLoop: loop) }.get()
  }

  /// Asks for all of `requests` at once.
  func get(_ requests: [HTTPRequest]) async throws -> [Outcome] {
    let (client, loop) = (client, loop)
    return try await loop.flatSubmit {
      EventLoopFuture.whenAllSucceed(
        requests.map { request in
          let promise = loop.makePromise(of: Outcome.self)
          var outcome = Outcome()
          _ = client.value.get(request) { event in
            switch event {
            case .head(let answer): outcome.answer = answer
            case .body(let bytes): outcome.body += String(buffer: bytes)
            case .end(let failure):
              outcome.failure = failure
              promise.succeed(outcome)
            }
          }
          return promise.futureResult
        }, on: loop)
    }.get()
  }

  func get(_ request: HTTPRequest) async throws -> Outcome { try await get([request])[0] }

  /// Runs on the loop.
  func onLoop<Result: Sendable>(
    _ body: @escaping @Sendable (HTTPClient) -> Result
  ) async throws -> Result {
    let client = client
    return try await loop.submit { body(client.value) }.get()
  }

  func shutDown() async throws { try await onLoop { $0.shutDown() } }
}

struct NoURL: Error {}

/// Reads a URL that a test is sure of.
func httpURL(_ text: String) throws -> HTTPURL {
  guard let url = AbsoluteURL(text).flatMap({ HTTPURL($0) }) else { throw NoURL() }
  return url
}
