// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PeerWire
import Testing

/// The rules of a connection on a numbered torrent, docs/protocol.md "Numbered torrents".
struct NumberedSessionTests {
  private func tester() throws -> SessionTester {
    try SessionTester.open(.numbered(SessionTester.ours))
  }

  @Test func `The extended handshake has to come first`() throws {
    var tester = SessionTester(.numbered(SessionTester.ours))
    try tester.shake([.extensions, .fast])
    #expect(throws: WireError.notNumbered) { try tester.feed(.haveAll) }
  }

  @Test func `A client that does not know numbered torrents is refused`() throws {
    var tester = SessionTester(.numbered(SessionTester.ours))
    try tester.shake([.extensions, .fast])
    #expect(throws: WireError.notNumbered) { try tester.extend(ExtendedHandshake()) }
  }

  @Test func `Another generation is refused`() throws {
    var tester = SessionTester(.numbered(SessionTester.ours))
    try tester.shake([.extensions, .fast])
    var handshake = ExtendedHandshake()
    handshake.numbered = NumberedState(generation: 4, next: 0, floor: 0)
    #expect(throws: WireError.generation(4)) { try tester.extend(handshake) }
  }

  @Test func `A refusal comes with its reason`() throws {
    var tester = SessionTester(.numbered(SessionTester.ours))
    try tester.shake([.extensions, .fast])
    var handshake = ExtendedHandshake()
    handshake.failure = "no slot"
    #expect(throws: WireError.refused("no slot")) { try tester.extend(handshake) }
  }

  @Test func `The state of an index is written as docs protocol says`() {
    var handshake = ExtendedHandshake()
    handshake.numbered = NumberedState(generation: 3, next: 1000, floor: 100, isMirror: true)
    #expect(
      handshake.encoded
        == Array("d1:mde8:numberedd5:floori100e10:generationi3e6:mirrori1e4:nexti1000eee".utf8))
  }

  @Test(arguments: [[0xFF], [UInt8](repeating: 0xAA, count: 300)] as [[UInt8]])
  func `A bitfield may be shorter or longer than ours`(bits: [UInt8]) throws {
    var tester = try tester()
    let length = UInt16(1 + bits.count)
    try tester.feed([0, 0, UInt8(length >> 8), UInt8(length & 0xFF), 5] + bits)
    #expect(tester.events == ["bitfield \(bits)"])
  }

  @Test func `A number that we do not know yet is told, one far beyond is not`() throws {
    var tester = try tester()
    let bound = SessionTester.ours.next + WireLimits().numbersAhead
    for piece in [999, 1000, bound - 1, bound, .max] { try tester.feed(.have(piece)) }
    #expect(
      tester.events == ["have(999)", "have(1000)", "have(\(bound - 1))", "ignored", "ignored"])
  }

  @Test func `Ranges are told, cut off where numbers are too far ahead`() throws {
    var tester = try tester()
    try tester.feed(.numberedHave, [0, 4, 12, 0])
    let bound = SessionTester.ours.next + WireLimits().numbersAhead
    var payload: [UInt8] = []
    PackedRanges.append([PieceRange(5, .max)], to: &payload)
    try tester.feed(.numberedFetching, payload)
    #expect(tester.events == ["haveRanges 0-4 17-17", "fetching 5-\(bound - 1)"])
  }

  @Test func `Ranges that cannot be read end the connection`() throws {
    var tester = try tester()
    #expect(throws: WireError.malformedExtension("numbered_have")) {
      try tester.feed(.numberedHave, [0])
    }
  }

  @Test func `Ranges are no part of standard torrents`() throws {
    var tester = try SessionTester.open(.standard(pieces: 9))
    #expect(throws: WireError.unexpected(20)) { try tester.feed(.numberedHave, [0, 4]) }
  }

  @Test func `Floor and next may rise on the way`() throws {
    var tester = try tester()
    var handshake = ExtendedHandshake()
    handshake.numbered = NumberedState(generation: 3, next: 1200, floor: 150)
    try tester.extend(handshake)
    #expect(tester.session.peerNumbered?.next == 1200)
    tester.session.update(NumberedState(generation: 3, next: 2000, floor: 100))
    let bound = 2000 + WireLimits().numbersAhead
    try tester.feed(.have(bound - 1))
    #expect(tester.events.last == "have(\(bound - 1))")
  }

  @Test func `The examples of docs protocol are what is sent`() throws {
    var tester = try tester()
    var first = ExtendedHandshake()
    first.numbers = [.dontHave: 7, .numberedHave: 20, .numberedFetching: 21]
    first.requests = 250
    first.numbered = NumberedState(generation: 1, next: 279, floor: 0)
    var output: [UInt8] = []
    tester.session.send(first, into: &output)
    #expect(output.prefix(6) == [0, 0, 0, 0x82, 0x14, 0])
    let text =
      "d1:md11:lt_donthavei7e17:numbered_fetchingi21e13:numbered_havei20ee8:numbered"
      + "d5:floori0e10:generationi1e4:nexti279ee4:reqqi250ee"
    #expect(output.dropFirst(6).elementsEqual(text.utf8))

    first.numbered = SessionTester.ours
    try tester.extend(first)
    output = []
    tester.session.send(.numberedHave, [PieceRange(0, 4), PieceRange(17, 17)], into: &output)
    #expect(output == [0, 0, 0, 6, 20, 20, 0, 4, 12, 0])

    let range = try #require(
      HashProof.leaves(
        root: .zero, size: ByteCount(1_000_000), pieceSize: .defaultBase, piece: 1))
    output = []
    tester.session.send(.hashRequest(range), into: &output)
    #expect(
      output == [0, 0, 0, 0x31, 0x15] + [UInt8](repeating: 0, count: 32)
        + [0, 0, 0, 0, 0, 0, 0, 0x20, 0, 0, 0, 0x20, 0, 0, 0, 5])
    #expect(range.uncleCount == 1)
  }
}
