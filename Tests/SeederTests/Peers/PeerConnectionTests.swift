// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Seeder
import Testing

@Suite("Pieces for peers")
struct PeerConnectionTests {
  private static let package = Array(TestArchive.packageBytes)

  @Test("the handshake is answered, all pieces are had, and a block is the file's bytes (BEP 3, 6)")
  func block() async throws {
    try await withPeerSeeder { archive, port, _ in
      let peer = try WirePeer(port: port)
      let answer = try await peer.greet(archive.smallHash)
      #expect(Array(answer[..<20]) == [19] + Array("BitTorrent protocol".utf8))
      #expect(answer[25] & 0x10 != 0 && answer[27] & 0x04 != 0)
      #expect(Array(answer[28..<48]) == archive.smallHash)
      let hello = try await peer.next { $0.id == 20 }
      let text = String(decoding: hello.payload, as: UTF8.self)
      #expect(hello.payload.first == 0)
      #expect(text.contains("13:metadata_sizei") && text.contains("4:reqqi250e"))
      #expect(text.contains("11:upload_onlyi1e"))
      #expect(try await peer.next() == WirePeer.Message(id: 14, payload: []))
      try peer.send(id: 2)
      #expect(try await peer.next() == WirePeer.Message(id: 1, payload: []))
      try peer.request(0, 100, 5000)
      let block = try await peer.next { $0.id == 7 }
      #expect(block.payload == [0, 0, 0, 0, 0, 0, 0, 100] + Self.package[100..<5100])
    }
  }

  @Test("a client without BEP 6 and BEP 10 is told a bitfield, and nothing else")
  func plain() async throws {
    try await withPeerSeeder { archive, port, _ in
      let peer = try WirePeer(port: port)
      _ = try await peer.greet(archive.largeHash, features: [UInt8](repeating: 0, count: 8))
      let bits = try await peer.next()
      #expect(bits == WirePeer.Message(id: 5, payload: [UInt8](repeating: 0xFF, count: 12)))
      try peer.send(id: 2)
      #expect(try await peer.next()?.id == 1)
      try peer.request(95, 507_904, 16384)
      let block = try await peer.next { $0.id == 7 }
      #expect(block.payload.count == 8 + 16384)
    }
  }

  @Test(
    "what is no handshake of ours is closed without a word",
    arguments: [
      [UInt8](repeating: 0x47, count: 1), [19] + Array("BitTorrent protocoL".utf8),
      [19] + Array("BitTorrent protocol".utf8) + [UInt8](repeating: 1, count: 48),
    ])
  func refused(_ bytes: [UInt8]) async throws {
    try await withPeerSeeder { _, port, _ in
      let peer = try WirePeer(port: port)
      try peer.send(bytes)
      #expect(try await peer.isClosed())
    }
  }

  @Test(
    "a block that is not to be had is rejected (BEP 6), and the next one is given",
    arguments: [
      [0, 0, 0], [0, 0, 16385], [0, 9999, 2], [0, .max, 1], [0, 10000, 1], [1, 0, 16],
      [.max, 0, 16],
      [0, 0, .max],
    ] as [[UInt32]])
  func rejected(_ request: [UInt32]) async throws {
    try await withPeerSeeder { archive, port, _ in
      let peer = try WirePeer(port: port)
      try await peer.join(archive.smallHash)
      try peer.request(request[0], request[1], request[2])
      let rejected = try await peer.next { $0.id == 16 || $0.id == 7 }
      #expect(rejected.id == 16)
      #expect(rejected.payload == request.flatMap { WirePeer.number($0) })
      try peer.request(0, 9999, 1)
      #expect(try await peer.next { $0.id == 7 }.payload.last == Self.package.last)
    }
  }

  @Test("a peer that goes is forgotten at once", .timeLimit(.minutes(1)))
  func gone() async throws {
    try await withPeerSeeder { archive, port, seeder in
      do {
        let peer = try WirePeer(port: port)
        try await peer.join(archive.smallHash)
        #expect(try await seeder.metric("peer_connections") == 1)
      }
      try await seeder.waitForPeers(atMost: 0)
    }
  }

  @Test("a request without a slot is rejected")
  func choked() async throws {
    try await withPeerSeeder { archive, port, _ in
      let peer = try WirePeer(port: port)
      _ = try await peer.greet(archive.smallHash)
      try peer.request(0, 0, 16)
      #expect(try await peer.next { $0.id == 16 || $0.id == 7 }.id == 16)
    }
  }

  @Test(
    "a message that no peer sends ends the connection",
    arguments: [
      [0xFF, 0xFF, 0xFF, 0xFF, 6], [0, 0, 0, 5, 6, 0, 0, 0, 0], [0, 0, 0, 2, 2, 0],
      [0, 4, 0, 2, 20], [0, 0, 0, 6, 20, 0, 0x64, 0x31, 0x3A, 0x6D],
    ] as [[UInt8]])
  func malformed(_ bytes: [UInt8]) async throws {
    try await withPeerSeeder { archive, port, seeder in
      let peer = try WirePeer(port: port)
      _ = try await peer.greet(archive.smallHash)
      try peer.send(bytes)
      _ = try await peer.all()
      #expect(try await seeder.metric("peer_ended_total{reason=\"malformed\"}") == 1)
    }
  }

  @Test("of 10,000 requests at once as many are kept as were promised; others go on meanwhile")
  func flooded() async throws {
    try await withPeerSeeder { archive, port, _ in
      let greedy = try WirePeer(port: port)
      try await greedy.join(archive.largeHash)
      let one =
        WirePeer.number(13) + [6] + WirePeer.number(1) + WirePeer.number(0)
        + WirePeer.number(16384)
      let honest = try WirePeer(port: port)
      try await honest.join(archive.smallHash)
      let sending = greedy.sendMeanwhile(Array(repeatElement(one, count: 10_000).joined()))
      try honest.request(0, 0, 10_000)
      #expect(try await honest.next { $0.id == 7 }.payload.count == 10_008)
      var (blocks, rejects) = (0, 0)
      while blocks + rejects < 10_000 {
        let message: WirePeer.Message
        do { message = try await greedy.next { $0.id == 7 || $0.id == 16 } } catch {
          Issue.record("after \(blocks) blocks and \(rejects) rejects")
          throw error
        }
        if message.id == 7 { blocks += 1 } else { rejects += 1 }
      }
      try await sending.value
      #expect(blocks >= 250)
      #expect(rejects > 5_000)
    }
  }

  @Test("the info dictionary is given in parts, but not for ever (BEP 9)")
  func metadata() async throws {
    var limits = SeederLimits()
    limits.metadataRepeats = 3
    try await withPeerSeeder(limits: limits) { archive, port, _ in
      let peer = try WirePeer(port: port)
      try await peer.join(archive.smallHash)
      var bytes: [UInt8] = []
      var given = 0
      for _ in 0..<20 {
        try peer.send(id: 20, [2] + Array("d8:msg_typei0e5:piecei0ee".utf8))
        let answer = try await peer.next { $0.id == 20 && $0.payload.first == 7 }
        if String(decoding: answer.payload, as: UTF8.self).contains("8:msg_typei2e") { continue }
        given += 1
        let head = Array("d8:msg_typei1e5:piecei0e10:total_sizei".utf8)
        #expect(Array(answer.payload.dropFirst().prefix(head.count)) == head)
        bytes = Array(
          answer.payload.suffix(
            from: answer.payload.firstRange(of: Array("ee".utf8))?.upperBound ?? 0))
      }
      #expect(try PeerArchive.sha1(bytes) == archive.smallHash)
      #expect(given == 5)
    }
  }

  @Test("leaves of a piece are given, and asked for without end they are not (BEP 52)")
  func hashes() async throws {
    var limits = SeederLimits()
    limits.hashBurst = 10
    limits.hashesPerSecond = 0
    try await withPeerSeeder(limits: limits) { archive, port, _ in
      let peer = try WirePeer(port: port)
      try await peer.join(archive.largeV2Hash)
      let range = archive.largeRoot + [0, 32, 32, 0].flatMap { WirePeer.number($0) }
      try peer.send(id: 21, range)
      let answer = try await peer.next { $0.id == 22 || $0.id == 23 }
      #expect(answer.id == 22)
      let leaf = try SHA256Digest.hashing([UInt8](repeating: 0, count: 16384)).bytes
      #expect(answer.payload == range + Array(repeatElement(leaf, count: 32).joined()))
      for _ in 0..<100 { try peer.send(id: 21, range) }
      var given = 0
      for _ in 0..<100 where try await peer.next(where: { $0.id == 22 || $0.id == 23 }).id == 22 {
        given += 1
      }
      #expect(given == 9)
    }
  }

  @Test("a peer that takes a byte a second is ended; others are served meanwhile")
  func slow() async throws {
    var limits = SeederLimits()
    limits.stalled = .seconds(2)
    limits.peerBandwidth = nil
    try await withPeerSeeder(limits: limits) { archive, port, seeder in
      let slow = try WirePeer(port: port)
      try await slow.join(archive.largeHash)
      // More than the sockets' buffers take.
      for piece in 0..<96 as Range<UInt32> {
        for block in 0..<32 as Range<UInt32> where block % 4 == 0 {
          try slow.request(piece, block * 16384, 16384)
        }
      }
      let honest = try WirePeer(port: port)
      try await honest.join(archive.smallHash)
      try honest.request(0, 0, 10_000)
      #expect(try await honest.next { $0.id == 7 }.payload.count == 10_008)
      // Bytes that lie in the socket's buffers count as taken, so it may have got all it asked for.
      try await seeder.waitForPeers(atMost: 1)
    }
  }

  @Test("a thousand connections that say nothing keep nobody out, and end at their deadline")
  func halfOpen() async throws {
    var limits = SeederLimits()
    limits.peerHandshakes = 50
    limits.peersPerAddress = 2000
    limits.peerHandshake = .seconds(3)
    try await withPeerSeeder(limits: limits) { archive, port, seeder in
      var silent: [WirePeer] = []
      for _ in 0..<1000 { silent.append(try WirePeer(port: port)) }
      let honest = try WirePeer(port: port)
      try await honest.join(archive.smallHash)
      try honest.request(0, 0, 10_000)
      #expect(try await honest.next { $0.id == 7 }.payload.count == 10_008)
      #expect(try await seeder.metric("peer_connections") <= 51)
      try await seeder.waitForPeers(atMost: 1)
      #expect(try await seeder.metric("peer_ended_total{reason=\"handshakes\"}") >= 950)
    }
  }

  @Test("where there is no more room, a peer that wants nothing makes some")
  func room() async throws {
    var limits = SeederLimits()
    limits.peerConnections = 2
    try await withPeerSeeder(limits: limits) { archive, port, _ in
      let idle = try WirePeer(port: port)
      _ = try await idle.greet(archive.smallHash)
      let wanting = try WirePeer(port: port)
      try await wanting.join(archive.smallHash)
      let third = try WirePeer(port: port)
      try await third.join(archive.smallHash)
      // It was ended for the third.
      _ = try await idle.all()
      let fourth = try WirePeer(port: port)
      #expect(try await fourth.isClosed())
      try wanting.request(0, 0, 1)
      #expect(try await wanting.next { $0.id == 7 }.payload.count == 9)
    }
  }

  @Test("a torrent that was left is forgotten where no more of them are kept", arguments: [0, 1])
  func forgotten(kept: Int) async throws {
    var limits = SeederLimits()
    limits.peerTorrents = kept
    try await withPeerSeeder(limits: limits) { archive, port, seeder in
      for _ in 0..<3 {
        do {
          let peer = try WirePeer(port: port)
          try await peer.join(archive.smallHash)
          #expect(try await seeder.metric("peer_torrents") == 1)
        }
        try await seeder.waitForPeers(atMost: 0)
        #expect(try await seeder.metric("peer_torrents") == kept)
      }
    }
  }
}
