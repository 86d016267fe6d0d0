// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Tracker

/// BEP 15, byte for byte.
struct UDPTests {
  private let magic: [UInt8] = [0x00, 0x00, 0x04, 0x17, 0x27, 0x10, 0x19, 0x80]
  private let transaction: [UInt8] = [0xDE, 0xAD, 0xBE, 0xEF]
  private let here = "203.0.113.5"

  private func connect(_ conversation: Conversation, from source: String) -> [UInt8] {
    Array(
      conversation.datagram(magic + [0, 0, 0, 0] + transaction, from: source).dropFirst(8))
  }

  private func announce(
    _ id: [UInt8], left: UInt8 = 1, event: UInt8 = 0, wanted: [UInt8] = [255, 255, 255, 255],
    port: [UInt8] = [0x1A, 0xE1], swarm: UInt8 = 9, options: [UInt8] = []
  ) -> [UInt8] {
    var packet = id + [0, 0, 0, 1] + transaction
    packet += [UInt8](repeating: swarm, count: 20) + [UInt8](repeating: 0x2D, count: 20)
    packet += [UInt8](repeating: 0, count: 8) + [0, 0, 0, 0, 0, 0, 0, left]
    packet += [UInt8](repeating: 0, count: 8) + [0, 0, 0, event]
    packet += [10, 9, 8, 7] + [1, 2, 3, 4]
    return packet + wanted + port + options
  }

  @Test func `A connect is answered with an id, and nothing else`() {
    let answer = Conversation().datagram(magic + [0, 0, 0, 0] + transaction, from: here)
    #expect(answer.count == 16)
    #expect(Array(answer.prefix(8)) == [0, 0, 0, 0] + transaction)
  }

  @Test func `A connect without the magic number is not answered`() {
    let packet = [UInt8](repeating: 0, count: 12) + transaction
    #expect(Conversation().datagram(packet, from: here).isEmpty)
  }

  @Test(arguments: [0, 1, 15]) func `What is shorter than a header is not answered`(length: Int) {
    let packet = Array((magic + [0, 0, 0, 0] + transaction).prefix(length))
    #expect(Conversation().datagram(packet, from: here).isEmpty)
  }

  @Test func `The first peer is told of its swarm and of nobody`() {
    let conversation = Conversation()
    let answer = conversation.datagram(
      announce(connect(conversation, from: here)), from: here)
    #expect(Array(answer.prefix(8)) == [0, 0, 0, 1] + transaction)
    #expect(Array(answer.dropFirst(12)) == [0, 0, 0, 1, 0, 0, 0, 0])
  }

  @Test func `The second peer is told of the first, by its source address`() {
    let conversation = Conversation()
    _ = conversation.datagram(announce(connect(conversation, from: here)), from: here)
    let there = "198.51.100.9"
    let answer = conversation.datagram(
      announce(connect(conversation, from: there), left: 0), from: there)
    #expect(
      Array(answer.dropFirst(12)) == [0, 0, 0, 1, 0, 0, 0, 1, 203, 0, 113, 5, 0x1A, 0xE1])
  }

  @Test func `IPv6 peers have 18 bytes`() {
    let conversation = Conversation()
    for source in ["2001:db8::1", "2001:db8::2"] {
      let answer = conversation.datagram(
        announce(connect(conversation, from: source)), from: source)
      guard source.hasSuffix("2") else { continue }
      let address: [UInt8] = [0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]
      #expect(Array(answer.dropFirst(20)) == address + [0x1A, 0xE1])
    }
  }

  @Test(arguments: ["203.0.113.5", "2001:db8::5"])
  func `An answer has at most 200 IPv4 or 66 IPv6 peers`(source: String) {
    let conversation = Conversation()
    let isV4 = !source.contains(":")
    for number in 0..<300 {
      let other = isV4 ? stranger(number).address.description : "2001:db8:\(number)::9"
      _ = conversation.datagram(announce(connect(conversation, from: other)), from: other)
    }
    let answer = conversation.datagram(
      announce(connect(conversation, from: source), wanted: [0, 0, 16, 0]), from: source)
    #expect(answer.count == 20 + (isV4 ? 200 * 6 : 66 * 18))
  }

  @Test func `Without a good id nobody gets more than was sent in its name`() {
    let conversation = Conversation()
    let bogus = [UInt8](repeating: 7, count: 8)
    for length in 16...150 {
      let packet = Array((announce(bogus) + [UInt8](repeating: 0, count: 60)).prefix(length))
      let answer = conversation.datagram(packet, from: here)
      #expect(answer.count <= length)
      #expect(Array(answer.prefix(8)) == [0, 0, 0, 3] + transaction)
    }
  }

  @Test func `An unknown torrent is refused with an error`() {
    let conversation = Conversation(.sample(registry: TorrentRegistry()))
    let answer = conversation.datagram(
      announce(connect(conversation, from: here)), from: here)
    #expect(
      answer == [0, 0, 0, 3] + transaction + bytes("this tracker does not serve this torrent"))
  }

  @Test func `Port 0 is refused`() {
    let conversation = Conversation()
    let answer = conversation.datagram(
      announce(connect(conversation, from: here), port: [0, 0]), from: here)
    #expect(Array(answer.prefix(4)) == [0, 0, 0, 3])
  }

  @Test func `A paused peer is a partial seed`() {
    let conversation = Conversation()
    _ = conversation.datagram(announce(connect(conversation, from: here), event: 4), from: here)
    #expect(conversation.engine.totals.counts.partialSeeds == 1)
  }

  @Test func `Options are skipped, known or not, whole or cut short`() {
    let conversation = Conversation()
    let path = bytes("/announce")
    for options in [
      [2, UInt8(path.count)] + path, [1, 1, 0], [99, 3, 1, 2, 3], [2, 200, 1], [2],
    ] as [[UInt8]] {
      let answer = conversation.datagram(
        announce(connect(conversation, from: here), options: options), from: here)
      #expect(Array(answer.prefix(4)) == [0, 0, 0, 1], "\(options)")
    }
  }

  @Test func `A scrape is answered by position`() {
    let conversation = Conversation()
    let id = connect(conversation, from: here)
    _ = conversation.datagram(announce(id, left: 0, event: 1), from: here)
    let hashes = [UInt8](repeating: 8, count: 20) + [UInt8](repeating: 9, count: 20)
    let answer = conversation.datagram(id + [0, 0, 0, 2] + transaction + hashes, from: here)
    let first: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(
      answer == [0, 0, 0, 2] + transaction + first + [0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0])
  }

  @Test func `A scrape takes 74 hashes and no more`() {
    let conversation = Conversation()
    let id = connect(conversation, from: here)
    func scrape(_ count: Int) -> [UInt8] {
      conversation.datagram(
        id + [0, 0, 0, 2] + transaction + [UInt8](repeating: 1, count: 20 * count), from: here)
    }
    #expect(scrape(74).count == 8 + 74 * 12)
    #expect(Array(scrape(75).prefix(4)) == [0, 0, 0, 3])
    #expect(Array(scrape(0).prefix(4)) == [0, 0, 0, 3])
  }
}
