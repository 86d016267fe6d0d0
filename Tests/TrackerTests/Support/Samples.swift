// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Tracker

/// A swarm's id, 20 times the same byte.
func swarm(_ byte: UInt8) -> SwarmID {
  SwarmID([UInt8](repeating: byte, count: 20).span.bytes, at: 0)
}

/// An address and port of the public Internet.
func peer(_ text: String) -> Endpoint {
  guard let endpoint = try? Endpoint(text) else {
    Issue.record("no endpoint: \(text)")
    return Endpoint(IPAddress(v4: 0), port: 0)
  }
  return endpoint
}

/// The `number`th of many public IPv4 peers, each in a /24 of its own.
func stranger(_ number: Int) -> Endpoint {
  Endpoint(IPAddress(v4: 0x0808_0000 &+ UInt32(number) << 8 | 7), port: 6881)
}

func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }

extension TrackerEngine {
  /// An engine whose random numbers are always the same.
  static func sample(
    policy: TrackerPolicy = TrackerPolicy(),
    registry: TorrentRegistry = TorrentRegistry(isOpen: true)
  ) -> TrackerEngine {
    var random = SwarmRandom(seed: 1)
    return TrackerEngine(policy: policy, registry: registry, using: &random)
  }
}

/// An engine with one worker, asked in bytes.
final class Conversation {
  let engine: TrackerEngine
  var session = TrackerSession(seed: 7)
  var now = Moment(seconds: 1_000_000)

  init(_ engine: TrackerEngine = .sample()) { self.engine = engine }

  /// The answer to a datagram.
  func datagram(_ bytes: [UInt8], from source: String) -> [UInt8] {
    guard let source = IPAddress(source) else { return [] }
    return output { writer in
      engine.answer(
        datagram: bytes.span.bytes, from: source, at: now, engine.registry, &session, into: &writer)
    }
  }

  /// The body of the answer to a GET.
  func get(_ target: String, from source: String, fields: String = "") throws -> String {
    try ask("GET \(target)", from: source, fields: fields)
  }

  /// The body of the answer to a request.
  func ask(_ request: String, from source: String, fields: String = "") throws -> String {
    let request = bytes("\(request) HTTP/1.1\r\nHost: tracker\r\n\(fields)\r\n")
    let address = try #require(IPAddress(source))
    let head = try #require(try RequestHead(request.span.bytes))
    let body = output { writer in
      engine.answer(
        head, of: request.span.bytes, from: address, at: now, engine.registry, &session,
        into: &writer)
    }
    return String(decoding: body.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
  }

  private func output(_ body: (inout ByteWriter) -> Void) -> [UInt8] {
    withUnsafeTemporaryAllocation(byteCount: 1 << 16, alignment: 16) { memory in
      var writer = ByteWriter(memory)
      body(&writer)
      return Array(writer.written)
    }
  }
}
