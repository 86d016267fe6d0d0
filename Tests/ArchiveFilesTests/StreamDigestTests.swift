// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Testing

@Suite("A stream digest")
struct StreamDigestTests {
  /// RFC 1321 appendix A.5, FIPS 180-2 appendices: of `abc`.
  private static let vectors: [(DigestAlgorithm, String)] = [
    (.md5, "900150983cd24fb0d6963f7d28e17f72"),
    (.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
    (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      .sha512,
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
        + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    ),
  ]

  @Test("agrees with the standards' vectors", arguments: vectors)
  func vector(algorithm: DigestAlgorithm, expected: String) throws {
    var digest = try StreamDigest(algorithm)
    Array("abc".utf8).withUnsafeBytes { digest.update($0) }
    let result = digest.finish()
    #expect(Hex.string(result) == expected)
    #expect(result.count == algorithm.byteCount)
  }

  @Test("does not depend on how the bytes arrive", arguments: DigestAlgorithm.allCases)
  func parts(algorithm: DigestAlgorithm) throws {
    let bytes = (0..<300).map { UInt8(truncatingIfNeeded: $0 * 7) }
    var whole = try StreamDigest(algorithm)
    bytes.withUnsafeBytes { whole.update($0) }
    let expected = whole.finish()
    for size in [1, 63, 64, 65, 299] {
      var digest = try StreamDigest(algorithm)
      for start in stride(from: 0, to: bytes.count, by: size) {
        bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { digest.update($0) }
      }
      #expect(digest.finish() == expected)
    }
  }

  @Test("starts anew once it is finished", arguments: DigestAlgorithm.allCases)
  func reuse(algorithm: DigestAlgorithm) throws {
    var digest = try StreamDigest(algorithm)
    let empty = digest.finish()
    [UInt8](repeating: 1, count: 10).withUnsafeBytes { digest.update($0) }
    #expect(digest.finish() != empty)
    #expect(digest.finish() == empty)
  }

  @Test("takes no bytes at all as nothing")
  func nothing() throws {
    var digest = try StreamDigest(.sha256)
    digest.update(UnsafeRawBufferPointer(start: nil, count: 0))
    #expect(
      digest.finishSHA256().description
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
  }

  @Test("of SHA-256 is the same as a value and as bytes")
  func value() throws {
    let bytes = Array("abc".utf8)
    let digest = try SHA256Digest.hashing(bytes)
    #expect(digest.description == Self.vectors[2].1)
    #expect(try bytes.withUnsafeBytes { try SHA256Digest.hashing($0) } == digest)
  }
}
