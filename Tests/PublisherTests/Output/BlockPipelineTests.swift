// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser
import Testing

@testable import Publisher

@Suite("An index compressed block by block")
struct BlockPipelineTests {
  private let scratch: ScratchDirectory
  private let blocks: [[UInt8]]

  init() throws {
    scratch = try ScratchDirectory()
    blocks = [40_000, 90_000, 1, 70_000, 30_000, 60_000].enumerated().map {
      noise($1, seed: UInt64($0))
    }
  }

  private var plain: [UInt8] { Array(blocks.joined()) }

  private func run(
    to name: String, _ blocks: [[UInt8]]? = nil, cache: String? = nil, workers: Int = 2,
    compressions: [Compression] = Compression.allCases,
    algorithms: [DigestAlgorithm] = [.sha256]
  ) async throws -> BlockPipeline.Result {
    let pipeline = BlockPipeline(
      compressions: compressions, cache: BlockCache(directory: scratch.path(cache ?? "\(name)-c")),
      workers: workers)
    var rest = (blocks ?? self.blocks)[...]
    return try await pipeline.run(path: scratch.path(name), algorithms: algorithms) {
      rest.popFirst()
    }
  }

  private func files(_ name: String) -> [[UInt8]?] {
    Compression.allCases.map { scratch.bytes(name + $0.suffix) }
  }

  /// The file as the real program reads it.
  private func read(_ name: String, _ compression: Compression) throws -> [UInt8] {
    let file = scratch.path(name + compression.suffix)
    return switch compression {
    case .none: try #require(scratch.bytes(name))
    case .gzip: try output(of: ["gzip", "-dc", file])
    case .bzip2: try output(of: ["bzip2", "-dc", file])
    case .xz: try output(of: ["xz", "-dc", file])
    case .zstd: try output(of: ["zstd", "-q", "-dc", file])
    }
  }

  @Test("is read by the real programs", arguments: Compression.allCases)
  func realPrograms(compression: Compression) async throws {
    _ = try await run(to: "index", compressions: [compression])
    #expect(try read("index", compression) == plain)
  }

  @Test("is one xz stream, one xz block each, and whole to xz -t")
  func oneStream() async throws {
    _ = try await run(to: "index", compressions: [.xz])
    try output(of: ["xz", "-t", scratch.path("index.xz")])
    let list = text(try output(of: ["xz", "--robot", "--list", scratch.path("index.xz")]))
    let line = try #require(list.split(separator: "\n").first { $0.hasPrefix("file\t") })
    let columns = line.split(separator: "\t")
    #expect(columns[1] == "1")
    #expect(columns[2] == "6")
    #expect(columns[4] == "\(plain.count)")
    #expect(columns[6] == "CRC64")
  }

  @Test("is one bzip2 stream: nothing of it begins a second one")
  func oneBzip2Stream() async throws {
    _ = try await run(to: "index", compressions: [.bzip2])
    let bytes = try #require(scratch.bytes("index.bz2"))
    let script = """
      import bz2, sys
      decoder = bz2.BZ2Decompressor()
      decoder.decompress(sys.stdin.buffer.read())
      sys.exit(0 if decoder.eof and not decoder.unused_data else 1)
      """
    try output(of: ["python3", "-c", script], input: bytes)
  }

  @Test("has the same bytes whatever the number of workers")
  func workers() async throws {
    let one = try await run(to: "one", workers: 1)
    let four = try await run(to: "four", workers: 4)
    #expect(files("one") == files("four"))
    #expect(!files("one").contains(nil))
    #expect(one.files == four.files)
    #expect(one.plain == four.plain)
    #expect(one.blocks == four.blocks)
  }

  @Test("has the sums that it tells, plain and compressed")
  func sums() async throws {
    let algorithms: [DigestAlgorithm] = [.md5, .sha1, .sha256, .sha512]
    let result = try await run(to: "index", algorithms: algorithms)
    #expect(try result.plain == OutputSums(plain, algorithms))
    #expect(result.files.count == Compression.allCases.count)
    for (compression, sums) in result.files {
      let bytes = try #require(scratch.bytes("index" + compression.suffix))
      #expect(try sums == OutputSums(bytes, algorithms))
    }
    let sha512 = try output(of: ["sha512sum", scratch.path("index")])
    #expect(text(sha512).hasPrefix(Hex.string(try #require(result.plain.values[.sha512]))))
  }

  @Test("is valid in every form when it is empty", arguments: Compression.allCases)
  func empty(compression: Compression) async throws {
    let result = try await run(to: "index", [], compressions: [compression])
    #expect(try read("index", compression) == [])
    #expect(result.plain.size == .zero)
    #expect(result.blockCount == 0)
    #expect((compression == .none) == (scratch.bytes("index" + compression.suffix) == []))
  }

  @Test("takes from the cache what was compressed before, and has the same bytes")
  func cached() async throws {
    let first = try await run(to: "first", cache: "cache")
    let second = try await run(to: "second", cache: "cache")
    #expect(files("first") == files("second"))
    // Three forms are made of independent blocks; the plain one needs no cache.
    #expect(first.compressedCount == 3 * blocks.count)
    #expect(second.compressedCount == 0)
    #expect(second.blocks == first.blocks)
    #expect(try Set(scratch.names("cache")) == first.blocks)
  }

  @Test("compresses one block again when one block changed")
  func oneChanged() async throws {
    _ = try await run(to: "first", cache: "cache")
    var changed = blocks
    changed[3][100] ^= 1
    let second = try await run(to: "second", changed, cache: "cache")
    #expect(second.blockCount == 6)
    #expect(second.compressedCount == 3)
    #expect(try read("second", .xz) == Array(changed.joined()))
  }

  @Test("compresses again what lies damaged in the cache")
  func damagedCache() async throws {
    let first = try await run(to: "first", cache: "cache")
    for name in first.blocks {
      var bytes = try #require(scratch.bytes("cache/\(name)"))
      bytes[bytes.count - 1] ^= 1
      try scratch.write(bytes, to: "cache/\(name)")
    }
    let second = try await run(to: "second", cache: "cache")
    #expect(second.compressedCount == first.compressedCount)
    #expect(files("first") == files("second"))
    let third = try await run(to: "third", cache: "cache")
    #expect(third.compressedCount == 0)
  }

  @Test("ends with the error of what it reads, and overwrites nothing")
  func errors() async throws {
    let expected = ArchiveError(.data, "damaged")
    let pipeline = BlockPipeline(
      compressions: [.gzip], cache: BlockCache(directory: scratch.path("c")), workers: 2)
    var count = 0
    let error = try await failure(of: {
      _ = try await pipeline.run(path: scratch.path("index"), algorithms: [.sha256]) {
        count += 1
        if count == 3 { throw expected }
        return [0x41]
      }
    })
    #expect(error == expected)
    try scratch.write("old", to: "there.gz")
    let exists = try await failure(of: {
      _ = try await run(to: "there", compressions: [.gzip])
    })
    #expect(exists?.place == ArchiveError.Place(file: scratch.path("there.gz")))
    #expect(scratch.text("there.gz") == "old")
  }
}
