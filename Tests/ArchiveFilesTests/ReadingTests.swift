// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Testing

@Suite("The SHA-256 of what is read") struct ReadingTests {
  /// SHA-256 of "abc" (FIPS 180-2, appendix B.1).
  private let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

  private func digest(_ range: Range<UInt64>, of text: String, step: Int) throws -> String {
    let bytes = Array(text.utf8)
    return try SHA256Digest.reading(range) { (buffer, offset) throws(ArchiveError) in
      let part = bytes.dropFirst(Int(offset)).prefix(min(step, buffer.count))
      buffer.copyBytes(from: part)
      return part.count
    }.description
  }

  @Test("does not depend on how much comes at a time", arguments: [1, 2, 3, 100])
  func steps(step: Int) throws {
    #expect(try digest(0..<3, of: "abc", step: step) == abc)
  }

  @Test("is of the range alone")
  func range() throws {
    #expect(try digest(2..<5, of: "xyabcz", step: 2) == abc)
  }

  @Test("is of what there is, where the file ends before")
  func end() throws {
    #expect(try digest(0..<UInt64.max, of: "abc", step: 2) == abc)
  }
}
