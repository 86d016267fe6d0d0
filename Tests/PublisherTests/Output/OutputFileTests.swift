// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Testing

@testable import Publisher

@Suite("A file that is published")
struct OutputFileTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test("knows the sums of all that was written to it")
  func sums() throws {
    var file = try OutputFile(path: scratch.path("file"), algorithms: DigestAlgorithm.allCases)
    try file.write(Array("a".utf8))
    try file.write([])
    try file.write(Array("bc".utf8))
    let sums = try file.finish()
    #expect(scratch.text("file") == "abc")
    #expect(sums.size == ByteCount(3))
    // RFC 1321 and FIPS 180-4.
    #expect(sums.values[.md5].map { Hex.string($0) } == "900150983cd24fb0d6963f7d28e17f72")
    #expect(sums.values[.sha1].map { Hex.string($0) } == "a9993e364706816aba3e25717850c26c9cd0d89d")
    #expect(
      sums.content?.sha256.description
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(sums.values[.sha512]?.count == 64)
  }

  @Test("is new: what stands there is never overwritten")
  func new() throws {
    try scratch.write("old", to: "file")
    let error = try failure(of: { _ = try OutputFile(path: scratch.path("file")) })
    #expect(error?.place == ArchiveError.Place(file: scratch.path("file")))
    #expect(scratch.text("file") == "old")
  }
}
