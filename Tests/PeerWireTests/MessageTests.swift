// SPDX-License-Identifier: Apache-2.0

import PeerWire
import Testing

/// Lengths and forms of BEP 3, BEP 6 and BEP 52 messages.
struct MessageTests {
  private func read(_ bytes: [UInt8]) throws -> String? {
    var consumed = 0
    return try bytes.withUnsafeBytes {
      try Message($0, consumed: &consumed, limits: WireLimits()).map { Conversation.kind($0) }
    }
  }

  @Test func `A message is not read before all of it is there`() throws {
    let request: [UInt8] = [0, 0, 0, 13, 6, 0, 0, 0, 1, 0, 0, 0x40, 0, 0, 0, 0x40, 0]
    for count in 0..<request.count { #expect(try read(Array(request.prefix(count))) == nil) }
    #expect(try read(request) == "request")
  }

  @Test func `A length that no message has is refused before its bytes come`() {
    #expect(throws: WireError.messageLength(0x7FFF_FFFF)) {
      try read([0x7F, 0xFF, 0xFF, 0xFF])
    }
  }

  @Test(
    arguments: [
      (0, 2), (1, 2), (2, 9), (3, 2), (4, 4), (4, 6), (6, 12), (6, 14), (7, 9), (7, 16_394),
      (8, 1), (9, 2), (13, 4), (14, 2), (15, 2), (16, 12), (17, 1), (20, 1), (21, 48), (22, 49),
      (22, 50), (23, 50),
    ] as [(UInt8, UInt32)])
  func `A message of a length that its id cannot have is refused at once`(
    id: UInt8, length: UInt32
  ) {
    let head = withUnsafeBytes(of: length.bigEndian) { Array($0) } + [id]
    #expect(throws: WireError.malformed(id)) { try read(head) }
  }

  @Test(arguments: [10, 11, 12, 18, 19, 24, 255] as [UInt8])
  func `An id that nobody has defined is skipped`(id: UInt8) throws {
    #expect(try read([0, 0, 0, 3, id, 1, 2]) == "unknown")
  }

  @Test func `A block's head is what stands before its bytes in the message`() {
    let block: [UInt8] = [1, 2, 3]
    var whole: [UInt8] = []
    block.withUnsafeBytes { Message.block(piece: 4711, offset: 16_384, $0).append(to: &whole) }
    var head = [UInt8](repeating: 0, count: Message.blockHeaderBytes)
    head.withUnsafeMutableBytes {
      Message.writeBlockHeader(BlockRequest(piece: 4711, offset: 16_384, length: 3), to: $0)
    }
    #expect(head == [0, 0, 0, 12, 7, 0, 0, 0x12, 0x67, 0, 0, 0x40, 0])
    #expect(whole == head + block)
  }

  @Test(
    arguments: [
      (0, 1, true), (0, 16_384, true), (0, 16_385, false), (0, 0, false),
      (16_384, 3_616, true), (16_384, 3_617, false), (.max, .max, false), (20_000, 1, false),
    ] as [(UInt32, UInt32, Bool)])
  func `A block lies within its piece and has at most 16 KiB`(
    offset: UInt32, length: UInt32, isSound: Bool
  ) {
    let block = BlockRequest(piece: 0, offset: offset, length: length)
    #expect(block.lies(within: 20_000) == isSound)
  }
}
