// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import NIOCore
import NIOPosix
import PackagesParser
import PeerWire
import Synchronization

@testable import SwarmClient

/// A peer of the sample's torrent that notes what it is told, and says what a test wants it to.
final class RecordingPeer: Sendable {
  /// What it was told, in words of its own.
  enum Heard: Equatable {
    case next(UInt32)
    case have(UInt32)
    case haveRanges([PieceRange])
    case dontHave(UInt32)
    case unchoked
    case block(UInt32)
    case reject(UInt32)
    case hashReject
    case haveNone
    case interested
    case hashRequest
    case request(UInt32)
    case end
  }

  private let log = Mutex<[Heard]>([])
  private let channel: any Channel

  /// Connects for a generation of the sample's torrent, and says that its index goes up to `next`.
  static func meet(
    _ port: UInt16, next: UInt32 = 1000, of torrent: ReleasedTorrent = Sample.torrent
  ) async throws -> RecordingPeer {
    let peer = try await connect(port)
    try await peer.greet(next: next, of: torrent)
    return peer
  }

  /// Connects, and says nothing.
  static func connect(_ port: UInt16) async throws -> RecordingPeer {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let channel = try await ClientBootstrap(group: loop).connect(host: "127.0.0.1", port: Int(port))
      .get()
    let peer = RecordingPeer(channel)
    try await loop.submit {
      try channel.pipeline.syncOperations.addHandler(Handler(peer))
    }.get()
    return peer
  }

  /// Says handshake and extended handshake; `name` is the end of its peer id.
  func greet(
    next: UInt32 = 1000, of torrent: ReleasedTorrent = Sample.torrent, name: [UInt8]? = nil
  ) async throws {
    var bytes: [UInt8] = []
    let name = name ?? (0..<12).map { _ in UInt8.random(in: 97...122) }
    guard let hash = InfoHash(bytes: torrent.id.bytes),
      let id = PeerID(Array("-XX0000-".utf8) + name)
    else { throw NoURL() }
    Handshake(infoHash: hash, peerID: id, features: [.extensions, .fast]).append(to: &bytes)
    var greeting = ExtendedHandshake()
    greeting.numbers = [.dontHave: 7, .numberedHave: 8]
    greeting.numbered = NumberedState(
      generation: UInt64(torrent.generation), next: next, floor: 0)
    greeting.encoded.withUnsafeBytes { Message.extended(0, $0).append(to: &bytes) }
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
  }

  private init(_ channel: any Channel) { self.channel = channel }

  /// All that it was told.
  var heard: [Heard] { log.withLock { $0 } }

  /// Waits until it was told something.
  func wait(for wanted: Heard) async throws {
    for _ in 0..<3000 where !heard.contains(wanted) {
      try await Task.sleep(for: .milliseconds(10))
    }
    guard heard.contains(wanted) else { throw Unheard(wanted: wanted, heard: heard) }
  }

  func say(_ message: Message) async throws {
    var bytes: [UInt8] = []
    message.append(to: &bytes)
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
  }

  /// Says `numbered_have`, under the number that engines give it.
  func sayHave(_ ranges: [PieceRange]) async throws {
    var payload: [UInt8] = []
    PackedRanges.append(ranges, to: &payload)
    var bytes: [UInt8] = []
    payload.withUnsafeBytes {
      Message.extended(ExtensionName.numberedHave.rawValue, $0).append(to: &bytes)
    }
    try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
  }

  /// The file's first piece's first bytes.
  func request(_ number: UInt32) async throws {
    try await say(.request(BlockRequest(piece: number, offset: 0, length: 16 << 10)))
  }

  func close() async throws { try await channel.close() }

  private struct Unheard: Error {
    let wanted: Heard
    let heard: [Heard]
  }

  private final class Handler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let peer: RecordingPeer
    private var bytes: [UInt8] = []
    private var isGreeted = false

    init(_ peer: RecordingPeer) { self.peer = peer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
      bytes += unwrapInboundIn(data).readableBytesView
      if !isGreeted, bytes.count >= Handshake.byteCount {
        isGreeted = true
        bytes.removeFirst(Handshake.byteCount)
      }
      guard isGreeted else { return }
      var consumed = 0
      repeat {
        consumed = 0
        bytes.withUnsafeBytes { bytes in
          guard let message = try? Message(bytes, consumed: &consumed, limits: WireLimits()) else {
            return
          }
          if let heard = Self.heard(message) { peer.log.withLock { $0.append(heard) } }
        }
        bytes.removeFirst(consumed)
      } while consumed > 0
    }

    func channelInactive(context: ChannelHandlerContext) { peer.log.withLock { $0.append(.end) } }

    private static func heard(_ message: Message) -> Heard? {
      switch message {
      case .have(let number): .have(number)
      case .unchoke: .unchoked
      case .block(let piece, _, _): .block(piece)
      case .reject(let block): .reject(block.piece)
      case .hashReject: .hashReject
      case .haveNone: .haveNone
      case .interested: .interested
      case .hashRequest: .hashRequest
      case .request(let block): .request(block.piece)
      case .extended(0, let payload):
        (try? ExtendedHandshake(payload, limits: WireLimits()))?.numbered.map { .next($0.next) }
      case .extended(7, let payload): .dontHave(payload.loadUnaligned(as: UInt32.self).bigEndian)
      case .extended(8, let payload): haveRanges(payload)
      default: nil
      }
    }

    private static func haveRanges(_ payload: UnsafeRawBufferPointer) -> Heard? {
      var ranges: [PieceRange] = []
      guard PackedRanges.read(payload, into: &ranges, limit: 1000) else { return nil }
      return .haveRanges(ranges)
    }
  }
}
