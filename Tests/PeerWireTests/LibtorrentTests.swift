// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PeerWire
import Testing

/// What two libtorrent clients said to each other is understood, and said again in the same bytes.
struct LibtorrentTests {
  @Test(arguments: ["SEED", "LEECH"])
  func `Each message of libtorrent is written with the bytes it was read from`(side: String) throws
  {
    let messages = try Conversation.messages(side)
    #expect(messages.count > 5)
    for (bytes, kind) in messages {
      var consumed = 0
      let again = try bytes.withUnsafeBytes { buffer in
        try Message(buffer, consumed: &consumed, limits: WireLimits()).map { message in
          var output: [UInt8] = []
          message.append(to: &output)
          return output
        }
      }
      #expect(again == bytes, "\(kind)")
    }
  }

  @Test(arguments: ["SEED", "LEECH"])
  func `The handshake is written with the bytes it was read from`(side: String) throws {
    let bytes = Array(try Conversation.bytes(side).prefix(Handshake.byteCount))
    let handshake = try #require(try bytes.withUnsafeBytes { try Handshake($0) })
    #expect(handshake.infoHash.description == "d8b9e177f4dd925e2b92b21122c72c91a3c92e31")
    #expect(handshake.peerID.description.hasPrefix("-LT2080-"))
    #expect(handshake.features == [.extensions, .fast, .dht])
    var again: [UInt8] = []
    handshake.append(to: &again)
    #expect(again == bytes)
  }

  @Test func `What a leech with a magnet link says is understood in its order`() throws {
    var tester = SessionTester(.standard(pieces: 2))
    try tester.feed(Conversation.bytes("LEECH"))
    let root = "dde6b5aa98fcd7b06bd1585dcbcd3fcfa06f82f9a2b10c33c4e7991e144fc6b0"
    #expect(
      tester.events
        == [
          "handshake", "extended", "metadata request", "ignored", "haveNone",
          "hashRequest(PeerWire.HashRange(root: \(root), layer: 1, index: 0, count: 2, "
            + "proofLayers: 0))",
          "interested",
          "request(PeerWire.BlockRequest(piece: 0, offset: 0, length: 16384))",
          "request(PeerWire.BlockRequest(piece: 0, offset: 16384, length: 16384))",
          "request(PeerWire.BlockRequest(piece: 1, offset: 0, length: 16384))", "have(1)",
        ])
    let extended = try #require(tester.session.extended)
    #expect(extended.client == "libtorrent/2.0.8.0")
    #expect(extended.requests == 2000)
    #expect(extended.yourAddress == [127, 0, 0, 1])
    #expect(
      extended.numbers == [.peerExchange: 1, .metadata: 2, .dontHave: 7])
  }

  @Test func `The blocks that a seed sends are the file`() throws {
    var content: [UInt8] = []
    for (bytes, _) in try Conversation.messages("SEED") {
      var consumed = 0
      try bytes.withUnsafeBytes { buffer in
        if case .block(let piece, let offset, let block)? = try Message(
          buffer, consumed: &consumed, limits: WireLimits())
        {
          #expect(Int(piece) * (32 << 10) + Int(offset) == content.count)
          content += block
        }
      }
    }
    // libtorrent asks for the last block of a v2 torrent whole, and fills it with zeros.
    #expect(content.count == 48 << 10)
    #expect(content.starts(with: Conversation.content))
    #expect(content.dropFirst(Conversation.content.count).allSatisfy { $0 == 0 })
  }

  @Test func `The hashes that a seed sends prove its root`() throws {
    var roots: [SHA256Digest?] = []
    var digest = try StreamDigest(.sha256)
    for (bytes, _) in try Conversation.messages("SEED") {
      var consumed = 0
      try bytes.withUnsafeBytes { buffer in
        if case .hashes(let range, let hashes)? = try Message(
          buffer, consumed: &consumed, limits: WireLimits())
        {
          roots.append(range.root)
          roots.append(HashProof.root(of: range, hashes, &digest))
        }
      }
    }
    #expect(roots.count == 2)
    #expect(roots.first == roots.last)
  }

  @Test func `The part of an info dictionary that a seed sends is the dictionary`() throws {
    var metadata: [UInt8] = []
    for (bytes, _) in try Conversation.messages("SEED") {
      var consumed = 0
      try bytes.withUnsafeBytes { buffer in
        if case .extended(ExtensionName.numberFromLibtorrent, let payload)? = try Message(
          buffer, consumed: &consumed, limits: WireLimits()),
          case .data(0, let size, let part) = try MetadataMessage(payload)
        {
          #expect(size == UInt64(part.count))
          metadata += part
          #expect(
            MetadataMessage.data(part: 0, size: size, part).encoded == Array(payload))
        }
      }
    }
    let digest = try SHA256Digest.hashing(metadata)
    #expect(
      InfoHash(truncating: digest).description == "d8b9e177f4dd925e2b92b21122c72c91a3c92e31")
  }
}

extension ExtensionName {
  /// The leech asked for metadata under this number.
  fileprivate static let numberFromLibtorrent: UInt8 = 2
}
