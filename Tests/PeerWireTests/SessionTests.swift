// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PeerWire
import Testing

/// The rules of a connection on a standard torrent.
struct SessionTests {
  @Test func `A first byte other than that of the protocol ends the connection`() {
    var tester = SessionTester(nil)
    #expect(throws: WireError.protocolName) { try tester.feed([0x16]) }
  }

  @Test func `Nothing is read before it is known what torrent this is`() throws {
    var tester = SessionTester(nil)
    try tester.shake([.extensions, .fast])
    try tester.feed(.unchoke)
    #expect(tester.events == ["handshake"])
    tester.session.begin(.standard(pieces: 9))
    try tester.feed([])
    #expect(tester.events == ["handshake", "unchoked"])
  }

  @Test func `A bitfield may come again, as aria2 sends it in place of many haves`() throws {
    var tester = try SessionTester.open(.standard(pieces: 9))
    try tester.feed([0, 0, 0, 1, 15])
    try tester.feed([0, 0, 0, 5, 4, 0, 0, 0, 3])
    try tester.feed([0, 0, 0, 3, 5, 0xFF, 0x80])
    #expect(tester.events == ["haveNone", "have(3)", "bitfield [255, 128]"])
    #expect(throws: WireError.unexpected(14)) { try tester.feed([0, 0, 0, 1, 14]) }
  }

  @Test(arguments: [[0xFF], [0xFF, 0x80, 0], [0xFF, 0xC0]] as [[UInt8]])
  func `A bitfield of another length, or with spare bits set, is refused`(bits: [UInt8]) throws {
    var tester = try SessionTester.open(.standard(pieces: 9))
    #expect(throws: WireError.malformed(5)) {
      try tester.feed([0, 0, 0, UInt8(1 + bits.count), 5] + bits)
    }
  }

  @Test func `A piece beyond the last is refused`() throws {
    var tester = try SessionTester.open(.standard(pieces: 9))
    try tester.feed(.have(8))
    #expect(throws: WireError.malformed(4)) { try tester.feed(.have(9)) }
  }

  @Test func `Messages of BEP 6 and BEP 10 need both sides' bits`() throws {
    var tester = try SessionTester.open(.standard(pieces: 9), peer: [])
    #expect(throws: WireError.unexpected(14)) { try tester.feed(.haveAll) }
    tester = try SessionTester.open(.standard(pieces: 9), peer: [])
    #expect(throws: WireError.unexpected(16)) {
      try tester.feed(.reject(BlockRequest(piece: 0, offset: 0, length: 1)))
    }
    tester = try SessionTester.open(.standard(pieces: 9), peer: [.fast])
    #expect(throws: WireError.unexpected(20)) { try tester.extend(ExtendedHandshake()) }
  }

  @Test func `Being choked twice is told once`() throws {
    var tester = try SessionTester.open(.standard(pieces: 9))
    for message in [Message.choke, .unchoke, .unchoke, .choke, .interested, .interested] {
      try tester.feed(message)
    }
    #expect(
      tester.events == ["ignored", "unchoked", "ignored", "choked", "interested", "ignored"])
  }

  @Test func `Who sends small messages without end is let go`() throws {
    var tester = try SessionTester.open(.standard(pieces: 9))
    let burst = WireLimits().messageBurst
    for _ in 0..<burst { try tester.feed(.keepAlive) }
    #expect(throws: WireError.flood) { try tester.feed(.keepAlive) }
    tester.now = .seconds(2)
    try tester.feed(.keepAlive)
  }

  @Test func `An extended handshake that comes later changes what it names alone`() throws {
    var tester = try SessionTester.open(.standard(pieces: 9))
    var first = ExtendedHandshake()
    first.numbers = [.metadata: 3, .dontHave: 7]
    first.requests = 250
    try tester.extend(first)
    var later = ExtendedHandshake()
    later.numbers = [.metadata: 0]
    later.isUploadOnly = true
    try tester.extend(later)
    #expect(!tester.session.speaks(.metadata))
    #expect(tester.session.speaks(.dontHave))
    #expect(tester.session.extended?.requests == 250)
    #expect(tester.session.extended?.isUploadOnly == true)
  }

  @Test func `An extension's message is sent under the number that the peer has named`() throws {
    var tester = try SessionTester.open(.standard(pieces: 9))
    var output: [UInt8] = []
    #expect(!tester.session.sendDontHave(5, into: &output))
    #expect(output.isEmpty)
    var first = ExtendedHandshake()
    first.numbers = [.dontHave: 42]
    try tester.extend(first)
    #expect(tester.session.sendDontHave(5, into: &output))
    #expect(output == [0, 0, 0, 6, 20, 42, 0, 0, 0, 5])
  }

  @Test(arguments: ["", "i1e", "d1:m", "d1:md11:ut_metadatai1eee", "dd"])
  func `An extended handshake that is no canonical dictionary ends the connection`(text: String)
    throws
  {
    var tester = try SessionTester.open(.standard(pieces: 9))
    var bytes: [UInt8] = []
    Array(text.utf8).withUnsafeBytes { Message.extended(0, $0).append(to: &bytes) }
    if text == "d1:md11:ut_metadatai1eee" {
      try tester.feed(bytes)
      #expect(tester.session.speaks(.metadata))
    } else {
      #expect(throws: WireError.malformedExtension("extended handshake")) {
        try tester.feed(bytes)
      }
    }
  }

  @Test func `Peers are exchanged as BEP 11 writes them`() throws {
    var tester = try SessionTester.open(.standard(pieces: 9))
    let text =
      "d5:added6:\u{7F}\u{0}\u{0}\u{1}\u{1A}\u{61}7:added.f1:\u{0}6:added60:8:added6.f0:"
      + "7:dropped0:8:dropped60:e"
    try tester.feed(.peerExchange, Array(text.utf8))
    #expect(tester.events == ["peers +[127.0.0.1:6753] -[]"])
    let peers = PeerExchange(added: [try Endpoint("127.0.0.1:6753")])
    #expect(peers.encoded == Array(text.utf8))
  }
}
