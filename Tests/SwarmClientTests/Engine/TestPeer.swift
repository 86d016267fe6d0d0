// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import NIOCore
import NIOPosix
import PackagesParser
import Synchronization

@testable import SwarmClient

/// An engine on a thread of its own.
final class TestPeer: Sendable {
  private struct Parts {
    let engine: SwarmEngine
    let stores: [MemoryStore]
    let client: HTTPClient
  }

  let group: MultiThreadedEventLoopGroup
  private let parts: NIOLoopBound<Parts>
  let port: UInt16
  private var loop: any EventLoop { group.next() }

  /// Has all of `sample` with `isSeed`, else nothing; listens on a free port unless one is given.
  init(
    _ sample: Sample, isSeed: Bool, policy: SwarmPolicy = SwarmPolicy(),
    lies: Bool = false, port wanted: UInt16 = 0
  ) async throws {
    group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let loop = group.next()
    parts = try await loop.submit {
      let client = HTTPClient(HTTPContext(loop: loop, agent: "test"))
      let stores = zip(sample.files, sample.contents).map {
        MemoryStore($0, loop: loop, content: isSeed ? $1 : nil, lies: lies)
      }
      let engine = try SwarmEngine(
        sample.files, stores: stores, http: client, pool: .singleton, policy: policy)
      if isSeed {
        engine.resume(
          sample.files.indices.flatMap { file in
            sample.files[file].pieces.hashes.indices.map { PieceKey(file: file, piece: $0) }
          })
      }
      return NIOLoopBound(Parts(engine: engine, stores: stores, client: client), eventLoop: loop)
    }.get()
    let bound = parts
    let anywhere = try Endpoint("127.0.0.1:\(wanted)")
    let channel = try await loop.flatSubmit { bound.value.engine.listen(on: anywhere) }.get()
    port = UInt16(channel.localAddress?.port ?? 0)
    let port = port
    try await loop.submit { bound.value.engine.port = port }.get()
  }

  /// Begins; returns when all files are there.
  func run() async throws {
    let bound = parts
    try await loop.flatSubmit { bound.value.engine.start() }.get()
  }

  /// Begins, and goes on in the background.
  func start() async throws {
    let bound = parts
    try await loop.submit { _ = bound.value.engine.start() }.get()
  }

  /// Has it connect to `port` again and again.
  func keep(_ port: UInt16) async throws {
    let endpoint = try Endpoint("127.0.0.1:\(port)")
    try await onEngine { $0.keep([endpoint]) }
  }

  /// How many connections are being made.
  var connecting: Int {
    get async throws {
      let bound = parts
      return try await loop.submit { bound.value.engine.connecting }.get()
    }
  }

  /// How many connections there are.
  var connections: Int {
    get async throws {
      let bound = parts
      return try await loop.submit { bound.value.engine.links.count }.get()
    }
  }

  func meet(_ ports: [UInt16]) async throws {
    let bound = parts
    let endpoints = try ports.map { try Endpoint("127.0.0.1:\($0)") }
    try await loop.submit { bound.value.engine.add(endpoints, torrent: Sample.torrent.id) }.get()
  }

  /// Runs on the engine's loop.
  func onEngine(_ body: @escaping @Sendable (SwarmEngine) -> Void) async throws {
    let bound = parts
    try await loop.submit { body(bound.value.engine) }.get()
  }

  /// Runs on the engine's loop.
  func onStores(_ body: @escaping @Sendable ([MemoryStore]) -> Void) async throws {
    let bound = parts
    try await loop.submit { body(bound.value.stores) }.get()
  }

  var totals: SwarmTotals {
    get async throws {
      let bound = parts
      return try await loop.submit { bound.value.engine.totals }.get()
    }
  }

  var contents: [[UInt8]] {
    get async throws {
      let bound = parts
      return try await loop.submit { bound.value.stores.map(\.bytes) }.get()
    }
  }

  var reads: Int {
    get async throws {
      let bound = parts
      return try await loop.submit { bound.value.stores.reduce(0) { $0 + $1.reads } }.get()
    }
  }

  func stop() async throws {
    let bound = parts
    try await loop.submit {
      bound.value.engine.stop()
      bound.value.client.shutDown()
    }.get()
    try await group.shutdownGracefully()
  }
}
