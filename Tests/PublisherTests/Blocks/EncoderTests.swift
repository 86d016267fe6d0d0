// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing

@testable import Publisher

@Suite("A compressed block")
struct EncoderTests {
  private static let forms: [(Compression, [String])] = [
    (.gzip, ["gzip", "-dc"]), (.zstd, ["zstd", "-dc"]),
  ]

  private func encode(_ plain: [UInt8], _ compression: Compression) throws -> EncodedBlock {
    let outcome = plain.withUnsafeBytes { plain in
      Result { () throws(ArchiveError) in try compression.encode(plain) }
    }
    return try outcome.get()
  }

  @Test("is read by the real programs, empty or not, alone or beside others")
  func realPrograms() throws {
    let noise = noise(100_000, seed: 1)
    for (compression, command) in Self.forms {
      let blocks = try [[], [0x41], noise].map { try encode($0, compression) }
      #expect(try output(of: command, input: blocks[0].bytes) == [])
      #expect(try output(of: command, input: blocks.flatMap(\.bytes)) == [0x41] + noise)
      #expect(blocks.map(\.plainSize) == [0, 1, 100_000])
    }
  }

  @Test("in gzip has neither name nor time")
  func gzipHeader() throws {
    let bytes = try encode([0x41], .gzip).bytes
    // RFC 1952, 2.3: magic, deflate, no flags, no time.
    #expect(Array(bytes.prefix(8)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0])
  }

  @Test("in xz stands between the stream's header and its end")
  func xz() throws {
    let plain = noise(70_000, seed: 2)
    let block = try encode(plain, .xz)
    #expect(block.bytes.count.isMultiple(of: 4))
    #expect(Int(block.unpaddedSize) <= block.bytes.count)
    #expect(Int(block.unpaddedSize) > block.bytes.count - 4)
    let end = try XZ.streamEnd([
      (block.unpaddedSize, block.plainSize), (block.unpaddedSize, block.plainSize),
    ])
    let file = try XZ.streamHeader() + block.bytes + block.bytes + end
    #expect(try output(of: ["xz", "-dc"], input: file) == plain + plain)
  }

  @Test("is named after its encoder and what tunes it")
  func names() {
    let names = Compression.allCases.map(\.encoderName)
    #expect(Set(names).count == Compression.allCases.count)
    #expect(!Compression.bzip2.hasIndependentBlocks)
  }
}

/// Text of few different bytes, which compresses somewhat.
func noise(_ count: Int, seed: UInt64) -> [UInt8] {
  var generator = SeededGenerator(seed: seed)
  return (0..<count).map { _ in UInt8.random(in: 0x61...0x70, using: &generator) }
}
