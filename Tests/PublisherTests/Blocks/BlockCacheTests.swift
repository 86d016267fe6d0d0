// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing

@testable import Publisher

@Suite("The cache of compressed blocks")
struct BlockCacheTests {
  private let scratch: ScratchDirectory
  private let cache: BlockCache
  private let block = EncodedBlock(bytes: [1, 2, 3], unpaddedSize: 1 << 40, plainSize: 9)

  init() throws {
    scratch = try ScratchDirectory()
    cache = BlockCache(directory: scratch.path("blocks"))
  }

  private func name(_ byte: UInt8, _ compression: Compression = .xz) throws -> String {
    BlockCache.name(try digest(byte), compression)
  }

  @Test("gives back what was stored, by digest and encoder")
  func stored() throws {
    cache.store(block, try digest(1), .xz)
    #expect(cache.block(try digest(1), .xz) == block)
    #expect(cache.block(try digest(1), .gzip) == nil)
    #expect(cache.block(try digest(2), .xz) == nil)
    #expect(try scratch.names("blocks") == [name(1)])
  }

  @Test("has nothing before anything is stored, and makes no directory for it")
  func empty() throws {
    #expect(cache.block(try digest(1), .xz) == nil)
    cache.prune(keeping: [])
    #expect(try scratch.names() == [])
  }

  @Test("gives nothing that is damaged in any byte, cut or longer")
  func damaged() throws {
    cache.store(block, try digest(1), .xz)
    let name = try "blocks/\(name(1))"
    let bytes = try #require(scratch.bytes(name))
    for index in bytes.indices {
      var changed = bytes
      changed[index] ^= 1
      try scratch.write(changed, to: name)
      #expect(cache.block(try digest(1), .xz) == nil, "byte \(index)")
    }
    for count in 0..<bytes.count {
      try scratch.write(Array(bytes.prefix(count)), to: name)
      #expect(cache.block(try digest(1), .xz) == nil, "\(count) bytes")
    }
    try scratch.write(bytes + [0], to: name)
    #expect(cache.block(try digest(1), .xz) == nil)
    try scratch.write(bytes, to: name)
    #expect(cache.block(try digest(1), .xz) == block)
  }

  @Test("replaces a damaged block")
  func replaced() throws {
    try scratch.write("damaged", to: "blocks/\(name(1))")
    cache.store(block, try digest(1), .xz)
    #expect(cache.block(try digest(1), .xz) == block)
  }

  @Test("takes it in silence when it cannot store")
  func cannotStore() throws {
    try scratch.write("a file", to: "blocks")
    cache.store(block, try digest(1), .xz)
    #expect(cache.block(try digest(1), .xz) == nil)
  }

  @Test("is pruned of blocks that nobody uses, and of nothing that is not its own")
  func pruned() throws {
    for byte in UInt8(1)...3 { cache.store(block, try digest(byte), .xz) }
    try scratch.write("x", to: "blocks/README")
    try scratch.write("x", to: "blocks/1-false.manifest")
    cache.prune(keeping: [try name(2)])
    #expect(try scratch.names("blocks") == ["1-false.manifest", "README", name(2)].sorted())
  }

  @Test("is pruned of what a killed run left half written")
  func halfWritten() throws {
    cache.store(block, try digest(1), .xz)
    try scratch.write("half", to: "blocks/\(name(2)).4711.new")
    cache.prune(keeping: [try name(1)])
    #expect(try scratch.names("blocks") == [name(1)])
  }
}

@Suite("The manifest of a suite's blocks")
struct BlockManifestTests {
  private let scratch: ScratchDirectory
  private let cache: BlockCache

  init() throws {
    scratch = try ScratchDirectory()
    cache = BlockCache(directory: scratch.path("blocks"))
  }

  private func name(_ byte: UInt8) throws -> String { BlockCache.name(try digest(byte), .xz) }

  private func store(_ bytes: ClosedRange<UInt8>) throws {
    let block = EncodedBlock(bytes: [1], unpaddedSize: 0, plainSize: 1)
    for byte in bytes { cache.store(block, try digest(byte), .xz) }
  }

  private func replace(
    _ manifest: String, by bytes: [UInt8], isPartial: Bool = false
  ) throws {
    let manifest = BlockManifest(directory: scratch.path("blocks"), name: manifest)
    let names = try bytes.map { try name($0) }
    try manifest.replace(by: Set(names), in: cache, isPartial: isPartial)
  }

  private func stored() throws -> [String] {
    try scratch.names("blocks").filter { $0.hasSuffix(".block") }
  }

  private func names(_ bytes: UInt8...) throws -> [String] { try bytes.map { try name($0) } }

  @Test("keeps its blocks and lets the others go")
  func prunes() throws {
    try store(1...4)
    try replace("1-false", by: [2, 3])
    #expect(try stored() == names(2, 3))
    try replace("1-false", by: [3])
    #expect(try stored() == names(3))
    #expect(try scratch.text("blocks/1-false.manifest") == "\(name(3))\n")
  }

  @Test("keeps the blocks of other suites")
  func otherSuites() throws {
    try store(1...4)
    try replace("1-false", by: [1, 2, 3, 4])
    try replace("2-false", by: [4])
    try replace("1-false", by: [1])
    #expect(try stored() == names(1, 4))
  }

  @Test("of a partial run keeps what it did not see")
  func partial() throws {
    try store(1...4)
    try replace("1-false", by: [1, 2])
    try store(3...4)
    try replace("1-false", by: [3], isPartial: true)
    #expect(try stored() == names(1, 2, 3))
  }

  @Test("is not written where there is no cache")
  func noCache() throws {
    try replace("1-false", by: [])
    #expect(try scratch.names() == [])
  }
}
