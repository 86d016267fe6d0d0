// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import PieceHasher

@Suite("Digests of a piece")
struct PieceDigesterTests {
  @Test(
    "FIPS 180-4 examples",
    arguments: [
      (
        "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "a9993e364706816aba3e25717850c26c9cd0d89d"
      ),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
      ),
    ])
  func examples(text: String, sha256: String, sha1: String) throws {
    var digester = try PieceDigester()
    digester.update(Array(text.utf8))
    let digests = digester.finish(pieceSize: .leaf)
    #expect(digests.sha256.description == sha256)
    #expect(digests.sha1.description == sha1)
    #expect(digests.subtree.description == sha256, "one leaf is its own root")
  }

  @Test("A million times 'a', however it is cut", arguments: [1, 4, 61, 62, 64, 70])
  func millionA(leavesAtOnce: Int) throws {
    var digester = try PieceDigester()
    let bytes = [UInt8](repeating: 0x61, count: 1_000_000)
    for start in stride(from: 0, to: bytes.count, by: leavesAtOnce << 14) {
      digester.update(Array(bytes[start..<min(start + leavesAtOnce << 14, bytes.count)]))
    }
    let digests = digester.finish(pieceSize: try #require(PieceSize(rawValue: 1 << 20)))
    #expect(
      digests.sha256.description
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    #expect(digests.sha1.description == "34aa973cd4c4daa4f61eeb2bdbad27316534016f")
  }

  @Test("A piece leaves nothing to the next")
  func reuse() throws {
    let bytes = Fill.noise.bytes(50_000)
    let size = try #require(PieceSize(rawValue: 1 << 16))
    var fresh = try PieceDigester()
    fresh.update(bytes)
    let expected = fresh.finish(pieceSize: size)

    fresh.update(bytes)
    #expect(fresh.finish(pieceSize: size) == expected)
    fresh.update(Array(bytes.prefix(1 << 15)))
    fresh.reset()
    fresh.update(bytes)
    #expect(fresh.finish(pieceSize: size) == expected)
  }
}

extension PieceDigester {
  fileprivate mutating func update(_ bytes: [UInt8]) { bytes.withUnsafeBytes { update($0) } }
}
