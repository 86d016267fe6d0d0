// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Glibc
import PackagesParser
import Testing

@Suite("A verified file")
struct VerifiedFileTests {
  private static let plain = Array("Package: a\nSize: 1\n\nPackage: b\nSize: 22\n".utf8)
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func id(_ bytes: [UInt8]) throws -> ContentID {
    ContentID(sha256: try .hashing(bytes), size: ByteCount(UInt64(bytes.count)))
  }

  /// `id` with another size.
  private func resized(_ id: ContentID, by difference: Int) -> ContentID {
    ContentID(
      sha256: id.sha256, size: ByteCount(UInt64(Int(id.size.rawValue) + difference)))
  }

  private func open(
    _ bytes: [UInt8], _ compression: Compression, compressedAs: ContentID? = nil,
    plainAs: ContentID? = nil, limits: ParserLimits = ParserLimits()
  ) throws -> VerifiedFile {
    let path = try scratch.file("index", bytes)
    // Some file systems write a file to disk when it is emptied and filled again.
    defer { unlink(path) }
    return try VerifiedFile(
      Descriptor.open(path), compression: compression, compressedAs: compressedAs,
      plainAs: plainAs, limits: limits)
  }

  private func readAll(_ file: VerifiedFile, chunk: Int = 1000) throws -> [UInt8] {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunk, alignment: 1)
    defer { buffer.deallocate() }
    var bytes: [UInt8] = []
    while true {
      let count = try file.read(into: buffer)
      if count == 0 { return bytes }
      bytes += buffer[..<count]
    }
  }

  private func refusal(_ file: VerifiedFile) -> ArchiveError? {
    do {
      _ = try readAll(file)
      return nil
    } catch {
      return error as? ArchiveError
    }
  }

  @Test("gives its bytes when both digests hold", arguments: Compression.allCases)
  func valid(compression: Compression) throws {
    let packed = try compression.compressed(Self.plain)
    for chunk in [1, 7, 1000] {
      let file = try open(
        packed, compression, compressedAs: id(packed), plainAs: id(Self.plain))
      #expect(try readAll(file, chunk: chunk) == Self.plain)
    }
  }

  @Test("ends again, however often it is asked", arguments: Compression.allCases)
  func endsAgain(compression: Compression) throws {
    let packed = try compression.compressed(Self.plain)
    let file = try open(packed, compression, compressedAs: id(packed), plainAs: id(Self.plain))
    #expect(try readAll(file) == Self.plain)
    #expect(try readAll(file) == [])
  }

  @Test("needs no digest at all", arguments: Compression.allCases)
  func noDigest(compression: Compression) throws {
    let packed = try compression.compressed(Self.plain)
    #expect(try readAll(open(packed, compression)) == Self.plain)
  }

  @Test("is checked as it lies on disk", arguments: Compression.allCases)
  func compressedDiffers(compression: Compression) throws {
    let packed = try compression.compressed(Self.plain)
    let right = try id(packed)
    for wrong in [resized(right, by: 1), resized(right, by: -1), try id(Self.plain + [0])] {
      let file = try open(packed, compression, compressedAs: wrong)
      let error = try #require(refusal(file))
      #expect(error.code == .data)
      #expect(error.place?.file.hasSuffix("/index") == true)
      #expect(error.advice?.contains("do not belong together") == true)
    }
  }

  @Test("is checked as it is decompressed", arguments: Compression.allCases)
  func plainDiffers(compression: Compression) throws {
    let packed = try compression.compressed(Self.plain)
    let right = try id(Self.plain)
    for wrong in [resized(right, by: 1), resized(right, by: -1), try id([0])] {
      let file = try open(packed, compression, compressedAs: id(packed), plainAs: wrong)
      #expect(refusal(file)?.code == .data)
    }
  }

  @Test("says how much larger than listed it is as soon as it is", arguments: Compression.allCases)
  func larger(compression: Compression) throws {
    let plain = [UInt8](repeating: 0x61, count: 100_000)
    let packed = try compression.compressed(plain)
    let file = try open(packed, compression, plainAs: resized(id(plain), by: -90_000))
    #expect(refusal(file)?.reason == "larger than the 10000 bytes that Release lists")
  }

  @Test("stays refused, however often it is asked", arguments: Compression.allCases)
  func staysRefused(compression: Compression) throws {
    let packed = try compression.compressed(Self.plain)
    for (packedID, plainID) in [
      (try id([]), try id(Self.plain)), (try id(packed), try id([])),
      (try id([1]), try id(Self.plain)), (try id(packed), resized(try id(Self.plain), by: 1)),
    ] {
      let file = try open(packed, compression, compressedAs: packedID, plainAs: plainID)
      if compression == .none, packedID.size.rawValue < 2 { continue }
      for _ in 0..<3 { #expect(refusal(file) != nil) }
    }
  }

  @Test(
    "never gives other bytes than the listed, whichever bit of it is turned",
    arguments: Compression.allCases)
  func bitFlips(compression: Compression) throws {
    let packed = try compression.compressed(Self.plain)
    for bit in 0..<packed.count * 8 {
      var flipped = packed
      flipped[bit / 8] ^= 1 << UInt8(bit % 8)
      // Some bits mean nothing, as that of gzip's operating system.
      if let bytes = try? readAll(open(flipped, compression, plainAs: id(Self.plain))) {
        #expect(bytes == Self.plain)
      }
      let both = try open(
        flipped, compression, compressedAs: id(packed), plainAs: id(Self.plain))
      #expect(refusal(both) != nil)
    }
  }

  @Test("is refused when it was cut, with a digest or without", arguments: Compression.allCases)
  func truncation(compression: Compression) throws {
    let packed = try compression.compressed(Self.plain)
    for count in 0..<packed.count {
      let cut = Array(packed[..<count])
      #expect(refusal(try open(cut, compression, plainAs: id(Self.plain))) != nil)
      #expect(refusal(try open(cut, compression, compressedAs: id(packed))) != nil)
      if compression != .none { #expect(refusal(try open(cut, compression)) != nil) }
    }
  }

  @Test(
    "gives no more than the limit of what a small file blows up to",
    arguments: Compression.allCases.filter { $0 != .none })
  func bomb(compression: Compression) throws {
    let packed = try output(
      of: ["sh", "-c", "head -c 20000000 /dev/zero | \(compression.tool.joined(separator: " "))"])
    var limits = ParserLimits()
    limits.indexBytes = 1_000_000
    let file = try open(packed, compression, compressedAs: id(packed), limits: limits)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 1)
    defer { buffer.deallocate() }
    var given = 0
    var refused: ArchiveError?
    while refused == nil {
      do throws(ArchiveError) {
        given += try file.read(into: buffer)
      } catch {
        refused = error
      }
    }
    #expect(given <= 1_000_000)
    #expect(refused?.reason == "larger than the limit of 1000000 bytes")
  }

  @Test("names our own limit where that is below the listed size")
  func limitBelowListed() throws {
    var limits = ParserLimits()
    limits.indexBytes = 10
    let file = try open(Self.plain, .none, plainAs: id(Self.plain), limits: limits)
    #expect(refusal(file)?.reason == "larger than the limit of 10 bytes")
  }

  @Test("is no larger on disk than the limit")
  func compressedLimit() throws {
    let packed = try Compression.gzip.compressed(Self.plain)
    var limits = ParserLimits()
    limits.compressedBytes = UInt64(packed.count) - 1
    let file = try open(packed, .gzip, limits: limits)
    #expect(refusal(file)?.reason == "larger than the limit of \(packed.count - 1) bytes")
  }

  @Test("has the limit of an index, not of a compressed one, when it is not compressed")
  func plainLimit() throws {
    var limits = ParserLimits()
    limits.compressedBytes = 1
    #expect(try readAll(open(Self.plain, .none, limits: limits)) == Self.plain)
    limits.indexBytes = 1
    #expect(refusal(try open(Self.plain, .none, limits: limits)) != nil)
  }
}
