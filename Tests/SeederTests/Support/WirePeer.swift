// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

/// A peer that says exactly what a test wants it to, in bytes of BEP 3, 6, 9, 10 and 52.
final class WirePeer {
  /// A message: its id, none for a keep-alive, and its payload.
  struct Message: Equatable {
    let id: UInt8?
    let payload: [UInt8]
  }

  private let connection: RawConnection
  private var buffer: [UInt8] = []
  /// Extensions and BEP 6.
  static let features: [UInt8] = [0, 0, 0, 0, 0, 0x10, 0, 0x04]

  init(port: UInt16) throws { connection = try RawConnection(port: port) }

  func send(_ bytes: [UInt8]) throws { try connection.send(bytes) }

  /// Sends without waiting: the other side stops reading while its answers are not read.
  func sendMeanwhile(_ bytes: [UInt8]) -> Task<Void, any Error> {
    let connection = connection
    return Task { try await offPool { try connection.send(bytes) } }
  }

  func send(id: UInt8, _ payload: [UInt8] = []) throws {
    try send(Self.number(UInt32(1 + payload.count)) + [id] + payload)
  }

  func request(_ piece: UInt32, _ offset: UInt32, _ length: UInt32) throws {
    try send(id: 6, Self.number(piece) + Self.number(offset) + Self.number(length))
  }

  static func number(_ number: UInt32) -> [UInt8] {
    [UInt8(number >> 24), UInt8(number >> 16 & 255), UInt8(number >> 8 & 255), UInt8(number & 255)]
  }

  func sendHandshake(_ hash: [UInt8], features: [UInt8] = WirePeer.features) throws {
    try send(
      [19] + Array("BitTorrent protocol".utf8) + features + hash
        + Array("-XX0000-abcdefghijkl".utf8))
  }

  /// Shakes hands; returns the 68 bytes of the answer.
  func greet(_ hash: [UInt8], features: [UInt8] = WirePeer.features) async throws -> [UInt8] {
    try sendHandshake(hash, features: features)
    return try #require(try await take(68), "no handshake came")
  }

  /// Shakes hands, says what a client says first, and is given a slot.
  func join(_ hash: [UInt8], features: [UInt8] = WirePeer.features) async throws {
    _ = try await greet(hash, features: features)
    try send(id: 20, [0] + Array("d1:md11:ut_metadatai7eee".utf8))
    try send(id: 2)
    _ = try await next { $0.id == 1 }
  }

  /// The next message that `isWanted`, those before it passed over.
  func next(where isWanted: (Message) -> Bool = { _ in true }) async throws -> Message {
    while let message = try await next() {
      if isWanted(message) { return message }
    }
    throw WireEnd()
  }

  struct WireEnd: Error {}

  /// The next message; nil at the end of the connection.
  func next() async throws -> Message? {
    guard let head = try await take(4) else { return nil }
    let length = head.reduce(0) { $0 << 8 | Int($1) }
    if length == 0 { return Message(id: nil, payload: []) }
    guard let body = try await take(length) else { return nil }
    return Message(id: body[0], payload: Array(body.dropFirst()))
  }

  /// Everything until the end, as messages.
  func all() async throws -> [Message] {
    var messages: [Message] = []
    while let message = try await next() { messages.append(message) }
    return messages
  }

  /// Some bytes as they come; nil at the end.
  func take(_ count: Int) async throws -> [UInt8]? {
    while buffer.count < count {
      let bytes = try await connection.receive()
      if bytes.isEmpty { return nil }
      buffer += bytes
    }
    defer { buffer.removeFirst(count) }
    return Array(buffer.prefix(count))
  }

  /// Whether the other side has closed, with nothing said.
  func isClosed() async throws -> Bool { try await take(1) == nil }
}

extension WirePeer {
  static let numberedHello =
    "d1:md11:lt_donthavei7e13:numbered_havei8ee8:numberedd5:floori0e10:generationi1e4:nexti97eee"

  /// A peer of the numbered torrent that knows its dialect.
  static func numbered(_ archive: PeerArchive, _ port: UInt16) async throws -> WirePeer {
    let peer = try WirePeer(port: port)
    _ = try await peer.greet(archive.torrentID)
    let said = try await peer.next()
    #expect(said?.id == 20 && said?.payload.first == 0)
    let text = String(decoding: said?.payload ?? [], as: UTF8.self)
    #expect(
      text.contains("8:numberedd5:floori0e10:generationi1e6:mirrori1e4:nexti97ee"), "\(text)")
    try peer.send(id: 20, [0] + Array(numberedHello.utf8))
    return peer
  }
}
