// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Testing

@testable import PieceHasher

@Suite("Lanes side by side")
struct LaneBankTests {
  private static let all = DigestChains.all

  /// What one lane says of a message, alone in its bank.
  private func digests(
    _ message: [UInt8], _ kernel: LaneKernel
  ) -> (sha256: [SHA256Digest], sha1: SHA1Digest) {
    var bank = LaneBank()
    bank.begin(Self.all, lane: 0)
    return message.withUnsafeBytes { bytes in
      bank.feed(0, from: bytes)
      bank.take(bytes.count / 64, lanes: 1, Self.all, with: kernel)
      let tail = bank.peek(bytes.count % 64, lane: 0)
      let length = UInt64(bytes.count)
      let sha256 = [DigestChains.file, .pieceSHA256, .leaves].map {
        bank.finishSHA256($0, lane: 0, tail: tail, length: length)
      }
      return (sha256, bank.finishSHA1(lane: 0, tail: tail, length: length))
    }
  }

  @Test(
    "FIPS 180-4 examples",
    arguments: [
      (
        "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709"
      ),
      (
        "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "a9993e364706816aba3e25717850c26c9cd0d89d"
      ),
      (
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
        "84983e441c3bd26ebaae4aa1f95129e5e54670f1"
      ),
      (
        String(repeating: "a", count: 1_000_000),
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
        "34aa973cd4c4daa4f61eeb2bdbad27316534016f"
      ),
    ])
  func examples(text: String, sha256: String, sha1: String) {
    for kernel in LaneKernel.all {
      let digests = digests(Array(text.utf8), kernel)
      #expect(digests.sha256.map(\.description) == [sha256, sha256, sha256], "\(kernel.name)")
      #expect(digests.sha1.description == sha1, "\(kernel.name)")
    }
  }

  @Test("Every length to four blocks and one equals libcrypto's")
  func lengths() throws {
    for kernel in LaneKernel.all {
      for length in 0...257 {
        let message = Fill.noise.bytes(length)
        let digests = digests(message, kernel)
        let sha256 = try SHA256Digest.hashing(message)
        #expect(digests.sha256 == [sha256, sha256, sha256], "\(kernel.name), \(length)")
        #expect(try digests.sha1.description == sha1(message[...]), "\(kernel.name), \(length)")
      }
    }
  }

  /// Every lane has other bytes, at any alignment, and ends at another time; its three chains have
  /// begun at other blocks; every set of chains is asked for.
  @Test("Lanes and chains do not mix", arguments: 1...15)
  func apart(chains: Int) throws {
    let chains = DigestChains(rawValue: UInt8(chains))
    let bytes = Fill.noise.bytes(4096)
    for kernel in LaneKernel.all {
      for lanes in 1...LaneBank.laneCount {
        try bytes.withUnsafeBytes { bytes in
          try expectApart(bytes, chains, lanes, kernel)
        }
      }
    }
  }

  private func expectApart(
    _ bytes: UnsafeRawBufferPointer, _ chains: DigestChains, _ lanes: Int, _ kernel: LaneKernel
  ) throws {
    var bank = LaneBank()
    func start(_ lane: Int) -> Int { lane * 67 }
    for lane in 0..<lanes {
      bank.begin(.file, lane: lane)
      bank.feed(lane, from: UnsafeRawBufferPointer(rebasing: bytes[start(lane)...]))
    }
    // One block for the file alone, one for file and piece, the rest for all.
    bank.take(1, lanes: lanes, .file, with: kernel)
    for lane in 0..<lanes { bank.begin([.pieceSHA256, .pieceSHA1], lane: lane) }
    bank.take(1, lanes: lanes, [.file, .pieceSHA256, .pieceSHA1], with: kernel)
    for lane in 0..<lanes { bank.begin(.leaves, lane: lane) }
    // The last lane has one block, the one before it two, and so on.
    for active in stride(from: lanes, to: 0, by: -1) {
      bank.take(1, lanes: active, chains, with: kernel)
      let lane = active - 1
      let end = 2 + lanes - lane
      for (chain, begin) in [(DigestChains.file, 0), (.pieceSHA256, 1), (.leaves, 2)]
      where chains.contains(chain) {
        let message = bytes[start(lane) + begin * 64..<start(lane) + end * 64]
        let digest = bank.finishSHA256(
          chain, lane: lane, tail: nothing, length: UInt64(message.count))
        #expect(
          try digest == .hashing(UnsafeRawBufferPointer(rebasing: message)),
          "\(kernel.name): lane \(lane) of \(lanes), chain \(chain.rawValue)")
      }
      if chains.contains(.pieceSHA1) {
        let message = Array(bytes[start(lane) + 64..<start(lane) + end * 64])
        let digest = bank.finishSHA1(lane: lane, tail: nothing, length: UInt64(message.count))
        #expect(
          try digest.description == sha1(message[...]),
          "\(kernel.name): lane \(lane) of \(lanes), SHA-1")
      }
    }
  }

  /// `head -c 4294967360 /dev/zero | sha256sum`, and sha1sum.
  @Test("Beyond 4 GiB neither bytes nor bits fit 32 bits")
  func long() throws {
    let bytes = [UInt8](repeating: 0, count: 1 << 20)
    let kernel = try #require(LaneKernel.all.last)
    bytes.withUnsafeBytes { bytes in
      var bank = LaneBank()
      bank.begin([.file, .pieceSHA1], lane: 0)
      for count in Array(repeating: bytes.count, count: 4096) + [64] {
        bank.feed(0, from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        bank.take(count / 64, lanes: 1, [.file, .pieceSHA1], with: kernel)
      }
      let length: UInt64 = 4_294_967_360
      #expect(
        bank.finishSHA256(.file, lane: 0, tail: nothing, length: length).description
          == "1dcc895fdabb69b610bc33cdfa834084069fef4375fcf60bf0715c6742513f5c")
      #expect(
        bank.finishSHA1(lane: 0, tail: nothing, length: length).description
          == "3cd046cdabd4878d56a0ca9d55de5ad6bf5d8bbd")
    }
  }

  @Test("What one lane was, another can be")
  func moved() throws {
    let bytes = Fill.noise.bytes(640)
    try bytes.withUnsafeBytes { bytes in
      var bank = LaneBank()
      bank.begin(Self.all, lane: 5)
      bank.feed(5, from: bytes)
      bank.move(5, to: 0)
      #expect(bank.rest(of: 0) == 640)
      bank.take(10, lanes: 1, Self.all, with: LaneKernels.fastest.wide)
      let digest = bank.finishSHA256(.leaves, lane: 0, tail: nothing, length: 640)
      let expected = try SHA256Digest.hashing(bytes)
      #expect(digest == expected)
    }
  }

  private var nothing: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: nil, count: 0) }

  private func sha1(_ bytes: ArraySlice<UInt8>) throws -> String {
    var digest = try StreamDigest(.sha1)
    bytes.withUnsafeBytes { digest.update($0) }
    return Hex.string(digest.finish())
  }
}

extension LaneBank {
  /// Takes `blocks` blocks from each of the first `lanes` lanes.
  fileprivate mutating func take(
    _ blocks: Int, lanes: Int, _ chains: DigestChains, with kernel: LaneKernel
  ) {
    for lane in 0..<lanes { grant(blocks, to: lane) }
    advance(lanes, chains, with: kernel)
  }
}
