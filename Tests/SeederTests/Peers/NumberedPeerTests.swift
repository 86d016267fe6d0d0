// SPDX-License-Identifier: Apache-2.0

import Foundation
import Seeder
import Testing

@Suite("Pieces of numbered torrents for peers")
struct NumberedPeerTests {
  @Test("all there is, then blocks by number, in pieces of each file's own size")
  func blocks() async throws {
    try await withPeerSeeder { archive, port, _ in
      let peer = try await WirePeer.numbered(archive, port)
      #expect(try await peer.next() == WirePeer.Message(id: 14, payload: []))
      try peer.send(id: 2)
      #expect(try await peer.next { $0.id == 1 }.payload.isEmpty)
      try peer.request(0, 9000, 1000)
      let small = try await peer.next { $0.id == 7 }
      #expect(
        small.payload == [0, 0, 0, 0] + WirePeer.number(9000) + TestArchive.packageBytes[9000...])
      try peer.request(96, 507_904, 16384)
      #expect(try await peer.next { $0.id == 7 }.payload.count == 8 + 16384)
      try peer.request(97, 0, 16)
      #expect(try await peer.next { $0.id == 16 || $0.id == 7 }.id == 16)
    }
  }

  @Test("leaves are given by the root of any of its files (BEP 52)")
  func hashes() async throws {
    try await withPeerSeeder { archive, port, _ in
      let peer = try await WirePeer.numbered(archive, port)
      let range = archive.largeRoot + [0, 3040, 32, 11].flatMap { WirePeer.number($0) }
      try peer.send(id: 21, range)
      let answer = try await peer.next { $0.id == 22 || $0.id == 23 }
      #expect(answer.id == 22)
      // 4096 leaves: 12 levels, of which five follow from the leaves and one is the root.
      #expect(answer.payload.count == range.count + 32 * (32 + 7))
    }
  }

  @Test("whoever is connected is told within seconds that a file has left the pool (BEP 54)")
  func withdrawn() async throws {
    try await withPeerSeeder { archive, port, _ in
      let told = try await WirePeer.numbered(archive, port)
      _ = try await told.next { $0.id == 14 }
      let asking = try await WirePeer.numbered(archive, port)
      try asking.send(id: 2)
      _ = try await asking.next { $0.id == 1 }
      try FileManager.default.removeItem(at: archive.archive.url("archive/\(PeerArchive.small)"))
      // What is open is looked for again after a second.
      while true {
        try asking.request(0, 0, 16)
        if try await asking.next(where: { $0.id == 7 || $0.id == 16 }).id == 16 { break }
        try await Task.sleep(for: .milliseconds(100))
      }
      let lost = try await told.next { $0.id == 20 && $0.payload.first == 7 }
      #expect(lost.payload == [7, 0, 0, 0, 0])
      let late = try await WirePeer.numbered(archive, port)
      let rest = try await late.next { $0.id == 20 }
      // One range: a number is left out, and 95 follow the first.
      #expect(rest.payload == [8, 1, 95])
    }
  }

  @Test("a client that does not know the dialect is told why it is refused")
  func refused() async throws {
    try await withPeerSeeder { archive, port, seeder in
      let stock = try WirePeer(port: port)
      _ = try await stock.greet(archive.torrentID)
      try stock.send(id: 20, [0] + Array("d1:md11:ut_metadatai7eee".utf8))
      let said = try await stock.all().filter { $0.id == 20 }
      #expect(
        said.contains { String(decoding: $0.payload, as: UTF8.self).contains("14:failure reason") })
      let plain = try WirePeer(port: port)
      try plain.sendHandshake(archive.torrentID, features: [UInt8](repeating: 0, count: 8))
      #expect(try await plain.isClosed())
      #expect(try await seeder.metric("peer_ended_total{reason=\"not_numbered\"}") == 2)
    }
  }

  @Test("another generation is refused")
  func generation() async throws {
    try await withPeerSeeder { archive, port, _ in
      let peer = try WirePeer(port: port)
      _ = try await peer.greet(archive.torrentID)
      let other = WirePeer.numberedHello.replacingOccurrences(
        of: "generationi1e", with: "generationi2e")
      try peer.send(id: 20, [0] + Array(other.utf8))
      let said = try await peer.all().filter { $0.id == 20 }
      #expect(
        said.contains { String(decoding: $0.payload, as: UTF8.self).contains("14:failure reason") })
    }
  }
}
