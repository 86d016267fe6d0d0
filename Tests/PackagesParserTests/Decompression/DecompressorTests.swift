// SPDX-License-Identifier: Apache-2.0

import PackagesParser
import Testing

@Suite("A decompressor")
struct DecompressorTests {
  private static let forms = Compression.allCases.filter { $0 != .none }
  private static let small = Array("Package: a\nSize: 1\n\nPackage: b\nSize: 22\n".utf8)

  /// Half of it repeats itself, half does not.
  private static func sample(_ count: Int) -> [UInt8] {
    var generator = SeededGenerator(seed: 3)
    return (0..<count).map { index in
      index & 64 == 0 ? UInt8(index & 7) : UInt8.random(in: 0...255, using: &generator)
    }
  }

  @Test("gives back what the form's own program compressed", arguments: Compression.allCases)
  func roundTrip(compression: Compression) throws {
    for count in [0, 1, 4095, 300_000] {
      let bytes = Self.sample(count)
      #expect(try decompressed(compression.compressed(bytes), compression) == bytes)
    }
  }

  @Test("works with parts of every size", arguments: Compression.allCases)
  func chunks(compression: Compression) throws {
    let bytes = Self.sample(5000)
    let packed = try compression.compressed(bytes)
    for (input, output) in [(1, 1), (1, 5000), (7, 13), (5000, 1), (.max, 4999), (.max, 5000)] {
      let found = try decompressed(packed, compression, inputChunk: input, outputChunk: output)
      #expect(found == bytes, "\(input) in, \(output) out")
    }
  }

  @Test("takes what is concatenated as one file", arguments: forms)
  func concatenation(compression: Compression) throws {
    let parts = [Self.sample(3000), [], Self.small, Self.sample(1)]
    let packed = try parts.flatMap { try compression.compressed($0) }
    for chunk in [1, 10, Int.max] {
      let found = try decompressed(packed, compression, inputChunk: chunk, outputChunk: 100)
      #expect(found == parts.flatMap { $0 })
    }
  }

  @Test("takes the form's program at its best and its fastest", arguments: forms)
  func levels(compression: Compression) throws {
    let bytes = Self.sample(100_000)
    for level in ["-1", "-9"] {
      #expect(try decompressed(compression.compressed(bytes, [level]), compression) == bytes)
    }
  }

  @Test("passes over stream padding of xz, in fours")
  func padding() throws {
    let packed = try Compression.xz.compressed(Self.small)
    for zeros in [4, 8] {
      let padding = [UInt8](repeating: 0, count: zeros)
      #expect(try decompressed(packed + padding, .xz) == Self.small)
      #expect(try decompressed(packed + padding + packed, .xz) == Self.small + Self.small)
    }
    for zeros in [1, 2, 3, 5] {
      let padding = [UInt8](repeating: 0, count: zeros)
      #expect(throws: DecodingFailure.self) { try decompressed(packed + padding, .xz) }
    }
  }

  @Test("passes over skippable frames of zstd")
  func skippable() throws {
    let packed = try Compression.zstd.compressed(Self.small)
    let frame: [UInt8] = [0x50, 0x2A, 0x4D, 0x18, 3, 0, 0, 0, 1, 2, 3]
    #expect(try decompressed(frame + packed + frame + packed, .zstd) == Self.small + Self.small)
  }

  @Test("tells a file that was cut, wherever it was", arguments: forms)
  func truncation(compression: Compression) throws {
    let packed = try compression.compressed(Self.small)
    for count in 0..<packed.count {
      #expect(throws: DecodingFailure.self, "\(count) bytes of \(packed.count)") {
        try decompressed(Array(packed[..<count]), compression)
      }
    }
  }

  @Test("tells a second part that was cut, wherever it was", arguments: forms)
  func secondTruncation(compression: Compression) throws {
    let packed = try compression.compressed(Self.small)
    for count in 1..<packed.count {
      #expect(throws: DecodingFailure.self, "\(count) bytes of \(packed.count)") {
        try decompressed(packed + packed[..<count], compression)
      }
    }
  }

  @Test("refuses bytes behind the end that are not of its form", arguments: forms)
  func trailing(compression: Compression) throws {
    let packed = try compression.compressed(Self.small)
    for chunk in [1, Int.max] {
      #expect(throws: DecodingFailure.self) {
        try decompressed(packed + Array("trailing".utf8), compression, inputChunk: chunk)
      }
    }
  }

  @Test("refuses any other form", arguments: forms)
  func otherForms(compression: Compression) throws {
    for other in Compression.allCases where other != compression {
      let packed = try other.compressed(Self.small)
      #expect(throws: DecodingFailure.self) { try decompressed(packed, compression) }
    }
  }

  @Test("of xz keeps to its memory limit")
  func xzMemory() throws {
    let packed = try Compression.xz.compressed(Self.small, ["-9"])
    var limits = ParserLimits()
    #expect(try decompressed(packed, .xz, limits: limits) == Self.small)
    limits.xzMemory = 32 << 20
    #expect(throws: DecodingFailure.defect(.tooMuchMemory)) {
      try decompressed(packed, .xz, limits: limits)
    }
  }

  @Test("of zstd keeps to its window limit")
  func zstdWindow() throws {
    // From a pipe, so that the frame does not tell its size and needs the window in full.
    let packed = try output(
      of: ["sh", "-c", "cat | zstd -qc --ultra --long=28"], input: Self.small)
    #expect(throws: DecodingFailure.defect(.tooMuchMemory)) { try decompressed(packed, .zstd) }
    var limits = ParserLimits()
    limits.zstdWindowLog = 28
    #expect(try decompressed(packed, .zstd, limits: limits) == Self.small)
  }

  @Test("is found by a file name's end")
  func suffixes() {
    #expect(Compression.split("a/Packages.xz") == ("a/Packages", .xz))
    #expect(Compression.split("Packages.zst") == ("Packages", .zstd))
    #expect(Compression.split("Packages") == ("Packages", .none))
    #expect(Compression.split("Packages.lz4") == ("Packages.lz4", .none))
    #expect(Compression.split("a.gz.bz2") == ("a.gz", .bzip2))
    #expect(Set(Compression.byReadingCost) == Set(Compression.allCases))
  }
}
