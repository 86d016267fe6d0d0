// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing

@Suite("A Sources index")
struct SourcesIndexTests {
  private static let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

  private func stanza(
    package: String? = "a", directory: String? = "pool/a", records: String? = nil
  ) -> String {
    let records = records ?? "\n \(Self.digest) 12 a.dsc\n \(Self.digest) 0 a.tar.xz"
    return (package.map { "Package: \($0)\n" } ?? "")
      + (directory.map { "Directory: \($0)\n" } ?? "") + "Checksums-Sha256:\(records)\n"
  }

  private func files(
    _ text: String, limits: ParserLimits = ParserLimits()
  ) throws(ArchiveError) -> [[String]] {
    var index = SourcesIndex(MemorySource(Array(text.utf8), name: "Sources"), limits: limits)
    var found: [[String]] = []
    while let entry = try index.next() {
      found += entry.files.map { file in
        [Array(entry.package), file.name, file.path].map { String(decoding: $0, as: UTF8.self) }
          + [file.content.size.description]
      }
    }
    return found
  }

  private func refusal(_ text: String, limits: ParserLimits = ParserLimits()) -> ArchiveError? {
    failure { () throws(ArchiveError) in _ = try files(text, limits: limits) }
  }

  @Test("gives several files a stanza, in their order")
  func severalFiles() throws {
    #expect(
      try files(stanza() + "\n" + stanza(package: "b", directory: "pool/b")) == [
        ["a", "a.dsc", "pool/a/a.dsc", "12"], ["a", "a.tar.xz", "pool/a/a.tar.xz", "0"],
        ["b", "a.dsc", "pool/b/a.dsc", "12"], ["b", "a.tar.xz", "pool/b/a.tar.xz", "0"],
      ])
  }

  @Test("means the same with its records folded into one line")
  func folded() throws {
    let line = " \(Self.digest) 12 a.dsc \(Self.digest) 0 a.tar.xz"
    #expect(try files(stanza(records: line)) == files(stanza()))
  }

  @Test(
    "may give the directory as flat archives do",
    arguments: [".", "./", "", "././", "./."])
  func flat(directory: String) throws {
    #expect(try files(stanza(directory: directory)).first?[2] == "a.dsc")
  }

  @Test(
    "may give the directory with ./ or a slash",
    arguments: ["./pool/a", "pool/a/", "./pool/a/"])
  func slashes(directory: String) throws {
    #expect(try files(stanza(directory: directory)).first?[2] == "pool/a/a.dsc")
  }

  @Test("is refused at a stanza that lacks a field")
  func missing() {
    #expect(refusal(stanza(package: nil))?.reason == "the stanza has no Package")
    #expect(refusal(stanza(package: ""))?.reason == "the stanza has no Package")
    #expect(refusal(stanza(directory: nil))?.reason == "the stanza has no Directory")
    #expect(
      refusal("Package: a\nDirectory: b\n")
        == ArchiveError(
          .data, "the stanza has no Checksums-Sha256",
          at: ArchiveError.Place(file: "Sources", line: 1, offset: 0)))
  }

  @Test(
    "is refused at a record that is none",
    arguments: [
      (" \(digest) 12", "Checksums-Sha256 is no list of 'hash size name' lines"),
      (" \(digest)", "Checksums-Sha256 is no list of 'hash size name' lines"),
      (" x 12 a", "'x' is no SHA-256"), (" \(digest)0 12 a", "'\(digest)0' is no SHA-256"),
      (" \(digest) -1 a", "size '-1', expected 0 to 17592186044416 bytes"),
      (" \(digest) 17592186044417 a", "size '17592186044417', expected 0 to 17592186044416 bytes"),
      (" \(digest) 1 b/a", "'b/a': a file name with a slash"),
      (" \(digest) 1 /", "'/': a file name with a slash"),
      (" \(digest) 1 ..", "'pool/a/..': the path has a '.' or '..' component"),
      (" \(digest) 1 a\u{1}", "'pool/a/a\u{1}': the path has a control character"),
    ])
  func records(records: String, reason: String) {
    let error = refusal(stanza(records: records))
    #expect(error?.reason == reason)
    #expect(error?.place == ArchiveError.Place(file: "Sources", line: 3, offset: 29))
  }

  @Test(
    "is refused at a directory that leads out",
    arguments: ["/etc", "..", "pool/../..", "pool//a", "./..", ".//etc", "pool/a//", "/"])
  func directories(directory: String) {
    #expect(refusal(stanza(directory: directory))?.code == .data)
  }

  @Test("is refused when a stanza names a file twice, with different values")
  func twice() throws {
    let record = " \(Self.digest) 12 a.dsc\n"
    #expect(
      refusal(stanza(records: "\n\(record) \(Self.digest) 13 a.dsc"))?.reason
        == "'a.dsc' is listed twice, with different values")
  }

  @Test("has at most as many records in a stanza as the limit says")
  func limit() throws {
    var limits = ParserLimits()
    limits.sourceRecords = 2
    #expect(try files(stanza(), limits: limits).count == 2)
    limits.sourceRecords = 1
    #expect(refusal(stanza(), limits: limits)?.reason == "more than 1 files")
  }

  @Test("takes a stanza without files")
  func noFiles() throws {
    #expect(try files(stanza(records: "")).isEmpty)
  }

  @Test("tells where the fields of an earlier run lie")
  func ownLines() throws {
    let text = "Piece-Numbers:\n 1 a\n" + stanza() + "Piece-Size: 2 a"
    var index = SourcesIndex(MemorySource(Array(text.utf8), name: "Sources"))
    #expect(try index.next() != nil)
    #expect(
      index.ownLines.map { String(decoding: index.reader.stanza[$0], as: UTF8.self) }
        == ["Piece-Numbers:\n 1 a\n", "Piece-Size: 2 a"])
  }
}
