// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Testing
import TorrentMetadata

@Suite("A digest header")
struct DigestHeaderTests {
  /// Of RFC 9530 appendix B.1: the digest of `{"hello": "world"}` and a line feed.
  private let text = "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg="
  private let digest = try? SHA256Digest.hashing(Array("{\"hello\": \"world\"}\n".utf8))

  @Test("is written as the RFCs have it")
  func written() throws {
    let digest = try #require(digest)
    #expect(DigestHeader.digest.value(digest) == "SHA-256=\(text)")
    #expect(DigestHeader.reprDigest.value(digest) == "sha-256=:\(text):")
    #expect(DigestHeader.allCases.map(\.name) == ["Digest", "Repr-Digest"])
  }

  @Test("is read among others")
  func read() {
    #expect(DigestHeader.digest.sha256(in: "MD5=abc, sha-256=\(text)") == digest)
    #expect(DigestHeader.reprDigest.sha256(in: "sha-512=:AA==:,  sha-256=:\(text):") == digest)
    #expect(DigestHeader.reprDigest.sha256(in: "sha-256=:\(text):;x=1") == digest)
  }

  @Test(
    "that is malformed gives nothing",
    arguments: ["", "SHA-256", "SHA-256=", "SHA-256=AAAA", "sha-256=:AAAA:", "sha-256=:", "=", ","])
  func malformed(value: String) {
    for header in DigestHeader.allCases { #expect(header.sha256(in: value) == nil) }
  }

  @Test("has no spare bits and no other characters")
  func canonical() {
    #expect(DigestHeader.digest.sha256(in: "SHA-256=\(text.dropLast(2))h=") == nil)
    #expect(DigestHeader.digest.sha256(in: "SHA-256=\(text.dropLast(2))-=") == nil)
    #expect(DigestHeader.digest.sha256(in: "SHA-256=\(text.dropLast())") == nil)
  }
}
