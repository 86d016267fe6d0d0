// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Ledger
import PackagesParser
import Testing

@testable import Publisher

@Suite("An overlay's Release")
struct OverlayReleaseTests {
  private let writer = ReleaseWriter(torrents: [], trackers: [], webSeeds: [])

  private func release(_ head: String) throws -> ReleaseFile {
    let text = "\(head)Date: \(TestSuite.date)\nSHA256:\n"
    return try ReleaseFile(Array(text.utf8), file: "Release")
  }

  private func overlay(
    _ head: String, _ writer: ReleaseWriter? = nil, files: [String: ContentID] = [:]
  ) throws -> String {
    text(
      (writer ?? self.writer).overlay(
        of: try release(head), architectures: ["all", "amd64"], components: ["main"], files: files)
    )
  }

  @Test("says what upstream says of itself, and lists the overlay's files")
  func whole() throws {
    let head = """
      Description: Debian 12
       Released
      Codename: bookworm
      Suite:  stable
      Version: 12.11
      Label: Debian
      Origin: Debian
      Valid-Until: Sun, 18 May 2025 09:16:51 UTC
      Changelogs: https://example.org/@CHANGEPATH@
      Architectures: all amd64 arm64
      Components: main contrib
      MD5Sum:
       d41d8cd98f00b204e9800998ecf8427e 0 main/binary-amd64/Packages

      """
    let files = try [
      "main/binary-amd64/Packages": content("a", size: 123_456_789),
      "main/binary-amd64/Packages-pieces": content("b", size: 7),
      "main/binary-all/Packages": content("c", size: 12),
    ]
    let expected = """
      Origin: Debian
      Label: Debian
      Suite:  stable
      Version: 12.11
      Codename: bookworm
      Date: Sat, 17 May 2025 09:16:51 UTC
      Valid-Until: Sun, 18 May 2025 09:16:51 UTC
      Acquire-By-Hash: yes
      No-Support-for-Architecture-all: Packages
      Architectures: all amd64
      Components: main
      Description: Debian 12
       Released
      SHA256:
       \(try content("c").sha256)       12 main/binary-all/Packages
       \(try content("a").sha256) 123456789 main/binary-amd64/Packages
       \(try content("b").sha256)        7 main/binary-amd64/Packages-pieces

      """
    #expect(try overlay(head, files: files) == expected)
  }

  @Test("keeps backports from being installed unasked, as upstream does")
  func notAutomatic() throws {
    let text = try overlay("NotAutomatic: yes\nButAutomaticUpgrades: yes\n")
    #expect(text.contains("\nNotAutomatic: yes\nButAutomaticUpgrades: yes\n"))
    #expect(try !overlay("Suite: x\n").contains("NotAutomatic"))
  }

  @Test("lists torrents by architecture, the newest generation first, trackers and web seeds")
  func torrents() throws {
    let writer = ReleaseWriter(
      torrents: [
        try torrentRecord(
          numbering: Numbering(floor: PieceNumber(3), next: PieceNumber(40), live: 30),
          superseded: ArchiveDate(seconds: 5)),
        try torrentRecord("source", numbering: Numbering(next: PieceNumber(1), live: 1)),
        try torrentRecord(generation: 2, numbering: Numbering(next: PieceNumber(9), live: 9)),
        try torrentRecord("all"),
      ], trackers: ["http://a/announce", "udp://b:6969"], webSeeds: ["http://m/debian/"])
    func id(_ architecture: String, _ generation: Int) throws -> TorrentID {
      try torrentRecord(architecture, generation: generation).id
    }
    let created = "2025-05-17T09:16:51Z"
    let expected = """
      Torrents:
       \(try id("all", 1)) all 1 0 0 0 \(created)
       \(try id("amd64", 2)) amd64 2 0 9 9 \(created)
       \(try id("amd64", 1)) amd64 1 3 40 30 \(created)
       \(try id("source", 1)) source 1 0 1 1 \(created)
      Torrent-Trackers: http://a/announce udp://b:6969
      Torrent-Web-Seeds: http://m/debian/
      SHA256:

      """
    #expect(try overlay("", writer).hasSuffix(expected))
  }

  @Test("is read again as it was meant")
  func readAgain() throws {
    let files = try ["main/binary-amd64/Packages": content("a", size: 5)]
    let text = try overlay("Suite: stable\n", files: files)
    let again = try ReleaseFile(Array(text.utf8), file: "Release")
    #expect(again.files == files)
    #expect(again.suite == "stable")
    #expect(again.architectures == ["all", "amd64"])
  }
}

@Suite("An archive's own Release, rewritten")
struct InPlaceReleaseTests {
  private let writer: ReleaseWriter

  init() throws {
    writer = ReleaseWriter(
      torrents: [try torrentRecord(numbering: Numbering(next: PieceNumber(9), live: 9))],
      trackers: ["http://a/announce"], webSeeds: ["http://m/debian/"])
  }

  private func own() throws -> String {
    """
    Torrents:
     \(try torrentRecord().id) amd64 1 0 9 9 2025-05-17T09:16:51Z
    Torrent-Trackers: http://a/announce
    Torrent-Web-Seeds: http://m/debian/

    """
  }

  private func rewritten(
    _ old: String, changed: [String: [UInt8]] = [:], removed: Set<String> = []
  ) throws -> String {
    let sums = try changed.mapValues { try OutputSums($0, DigestAlgorithm.allCases) }
    let release = try ReleaseFile(Array(old.utf8), file: "Release")
    return text(writer.inPlace(of: release, changed: sums, removed: removed))
  }

  private static let (h1, h2) = (
    String(repeating: "1", count: 64), String(repeating: "2", count: 64)
  )
  private static let (m1, m2) = (
    String(repeating: "3", count: 32), String(repeating: "4", count: 32)
  )
  private static let head = """
    Origin: Example
    X-Odd:   kept  as it is
    Date: Sat, 17 May 2025 09:16:51 UTC
    Acquire-By-Hash: yes
    Description: several
     lines

    """

  // As dak, apt-ftparchive and hand-written scripts align sizes.
  @Test("keeps every other byte, however sizes are aligned", arguments: [8, 16, 0])
  func everyOtherByte(width: Int) throws {
    func line(_ hash: String, _ size: String, _ path: String) -> String {
      " \(hash) \(String(repeating: " ", count: max(0, width - size.count)))\(size) \(path)\n"
    }
    let sections =
      "MD5Sum:\n" + line(Self.m1, "10", "main/i18n/x") + line(Self.m2, "123456789", "b")
      + "SHA256:\n" + line(Self.h1, "10", "main/i18n/x") + line(Self.h2, "123456789", "b")
    #expect(try rewritten(Self.head + sections) == Self.head + own() + sections)
  }

  @Test("replaces the sums of changed files in each section, where they stand")
  func changed() throws {
    let sections = """
      MD5Sum:
       \(Self.m1)       10 a
       \(Self.m2)       20 b
      SHA256:
       \(Self.h2)       20 b
       \(Self.h1)       10 a

      """
    // Of three bytes "abc": the test vectors of RFC 1321 and FIPS 180.
    let md5 = "900150983cd24fb0d6963f7d28e17f72"
    let sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    let expected = """
      MD5Sum:
       \(md5)        3 a
       \(Self.m2)       20 b
      SHA256:
       \(Self.h2)       20 b
       \(sha256)        3 a

      """
    let text = try rewritten(Self.head + sections, changed: ["a": Array("abc".utf8)])
    #expect(text == Self.head + (try own()) + expected)
  }

  @Test("adds new files to each section, and drops removed ones")
  func addedAndRemoved() throws {
    let sections = """
      SHA1:
       \(String(repeating: "5", count: 40))       10 a
       \(String(repeating: "6", count: 40))       20 b
      SHA256:
       \(Self.h1)       10 a
       \(Self.h2)       20 b
      SHA512:
       \(String(repeating: "7", count: 128))       10 a

      """
    let (sha1, sha256) = (
      "a9993e364706816aba3e25717850c26c9cd0d89d",
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    let sha512 =
      "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
      + "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"
    let expected = """
      SHA1:
       \(String(repeating: "6", count: 40))       20 b
       \(sha1)        3 c
       \(sha1)        3 d
      SHA256:
       \(Self.h2)       20 b
       \(sha256)        3 c
       \(sha256)        3 d
      SHA512:
       \(sha512)        3 c
       \(sha512)        3 d

      """
    let abc = Array("abc".utf8)
    let text = try rewritten(
      Self.head + sections, changed: ["d": abc, "c": abc], removed: ["a"])
    #expect(text == Self.head + (try own()) + expected)
  }

  @Test("changes a file that is listed twice in both places")
  func listedTwice() throws {
    let line = " \(Self.h1)       10 a\n"
    let text = try rewritten(
      Self.head + "SHA256:\n" + line + line, changed: ["a": Array("abc".utf8)])
    let release = try ReleaseFile(Array(text.utf8), file: "Release")
    #expect(release.files["a"]?.size == ByteCount(3))
  }

  @Test("has its own fields of an earlier run replaced, so that it is the same again")
  func idempotent() throws {
    let sections = "SHA256:\n \(Self.h1)       10 a\n"
    let once = try rewritten(Self.head + sections)
    #expect(try rewritten(once) == once)
    let old =
      "torrents:\n 00 x 1 2 3\nOrigin: Example\nTORRENT-TRACKERS: x\n"
      + "Date: Sat, 17 May 2025 09:16:51 UTC\nTorrent-Web-Seeds:\n x\nAcquire-By-Hash: yes\n"
    let expected =
      "Origin: Example\nDate: Sat, 17 May 2025 09:16:51 UTC\nAcquire-By-Hash: yes\n"
    #expect(try rewritten(old + sections) == expected + own() + sections)
  }

  @Test("promises files by hash", arguments: ["Acquire-By-Hash: no\n", "acquire-by-hash:  no\n"])
  func byHash(line: String) throws {
    let (head, sections) = ("Date: \(TestSuite.date)\n", "SHA256:\n \(Self.h1)       10 a\n")
    let name = line.prefix { $0 != ":" }
    #expect(try rewritten(head + line + sections) == "\(head)\(name): yes\n\(own())\(sections)")
    #expect(
      try rewritten(head + sections) == "\(head)Acquire-By-Hash: yes\n\(own())\(sections)")
  }

  @Test("needs the digests of every section that it has")
  func algorithms() throws {
    func algorithms(_ sections: String) throws -> [DigestAlgorithm] {
      ReleaseWriter.algorithms(
        of: try ReleaseFile(Array((Self.head + sections).utf8), file: "Release"))
    }
    #expect(try algorithms("SHA256:\n") == [.sha256])
    #expect(
      try algorithms("md5sum:\nSHA1:\nSHA256:\nSHA512:\n") == [.md5, .sha1, .sha256, .sha512])
  }
}
