// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import NIOCore
import NIOPosix
import PackagesParser
import PeerWire
import Testing

@testable import SwarmClient

/// A peer that asks a client for leaves (BEP 52), many times over, and reads nothing before it has
/// asked all. A request has 53 bytes, its answer here 2 KiB.
@Suite("Many questions about leaves", .timeLimit(.minutes(1)))
struct LeafRequestTests {
  private let sample: Sample

  init() throws {
    sample = try Sample([4 << 20], pieceSize: try #require(PieceSize(rawValue: 1 << 20)))
  }

  /// Answers and refusals to so many questions.
  private func asking(
    _ count: Int, of seed: TestPeer
  ) async throws -> (answers: Int, refusals: Int) {
    let file = sample.files[0]
    let root = try #require(file.pieces.root)
    let pieceSize = try #require(PieceSize(rawValue: file.pieces.length))
    let range = try #require(
      HashProof.leaves(root: root, size: file.content.size, pieceSize: pieceSize, piece: 1))
    var bytes: [UInt8] = []
    let hash = try #require(InfoHash(bytes: Sample.torrent.id.bytes))
    let id = try #require(PeerID(Array("-XX0000-abcdefghijkl".utf8)))
    Handshake(infoHash: hash, peerID: id, features: [.extensions, .fast]).append(to: &bytes)
    var greeting = ExtendedHandshake()
    greeting.numbered = NumberedState(generation: 1, next: 1000, floor: 0)
    greeting.encoded.withUnsafeBytes { Message.extended(0, $0).append(to: &bytes) }
    for _ in 0..<count { Message.hashRequest(range).append(to: &bytes) }
    return try await LeafCounter.talk(to: seed.port, saying: bytes, until: count)
  }

  @Test("are answered by one read of the file")
  func oneRead() async throws {
    let seed = try await TestPeer(sample, isSeed: true)
    try await seed.start()
    let counts = try await asking(100, of: seed)
    #expect(counts.answers + counts.refusals == 100)
    #expect(try await seed.reads == sample.files[0].pieces.count)
    try await seed.stop()
  }

  @Test("are refused while what was answered is not taken")
  func noReader() async throws {
    let seed = try await TestPeer(sample, isSeed: true)
    try await seed.start()
    // The leaves are known after the first.
    _ = try await asking(1, of: seed)
    let counts = try await asking(9000, of: seed)
    #expect(counts.answers + counts.refusals == 9000)
    // What the kernel takes, not 19 MiB.
    #expect(counts.answers > 0 && counts.answers < 4500)
    try await seed.stop()
  }
}

/// Counts what comes; confined to its loop.
private final class LeafCounter: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private var bytes: [UInt8] = []
  private var counts = (answers: 0, refusals: 0)
  private var isGreeted = false
  private let wanted: Int
  private let done: EventLoopPromise<(answers: Int, refusals: Int)>

  private init(_ wanted: Int, _ done: EventLoopPromise<(answers: Int, refusals: Int)>) {
    self.wanted = wanted
    self.done = done
  }

  static func talk(
    to port: UInt16, saying bytes: [UInt8], until wanted: Int
  ) async throws -> (answers: Int, refusals: Int) {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let done = loop.makePromise(of: (answers: Int, refusals: Int).self)
    let channel = try await ClientBootstrap(group: loop)
      .channelOption(.autoRead, value: false)
      .channelOption(.socketOption(.so_rcvbuf), value: 4096)
      .channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.addHandler(LeafCounter(wanted, done))
        }
      }
      .connect(host: "127.0.0.1", port: Int(port)).get()
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
    try await channel.setOption(.autoRead, value: true).get()
    let counts = try await done.futureResult.get()
    try await channel.close()
    return counts
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    bytes += unwrapInboundIn(data).readableBytesView
    if !isGreeted, bytes.count >= Handshake.byteCount {
      isGreeted = true
      bytes.removeFirst(Handshake.byteCount)
    }
    guard isGreeted else { return }
    var start = 0
    while let length = count(bytes[start...]) { start += length }
    bytes.removeFirst(start)
    if counts.answers + counts.refusals == wanted { done.succeed(counts) }
  }

  /// Counts the message at the start; returns its length, nil when it is not all there.
  private func count(_ bytes: ArraySlice<UInt8>) -> Int? {
    bytes.withUnsafeBytes { bytes in
      var consumed = 0
      switch try? Message(bytes, consumed: &consumed, limits: WireLimits()) {
      case .hashes: counts.answers += 1
      case .hashReject: counts.refusals += 1
      default: break
      }
      return consumed > 0 ? consumed : nil
    }
  }

  func channelInactive(context: ChannelHandlerContext) { done.fail(ChannelError.eof) }
}
