// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing

@Suite("A Release")
struct ReleaseFileTests {
  private static let digest = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
  private static let head = """
    Origin: Debian
    Label: Debian
    Suite: oldstable
    Version: 12.11
    Codename: bookworm
    Changelogs: https://metadata.ftp-master.debian.org/changelogs/@CHANGEPATH@_changelog
    Date: Sat, 17 May 2025 07:44:42 UTC
    Acquire-By-Hash: yes
    No-Support-for-Architecture-all: Packages
    Architectures: all amd64 arm64
    Components: main contrib non-free-firmware
    Description: Debian 12.11 Released 17 May 2025

    """
  private static let sums = """
    MD5Sum:
     d41d8cd98f00b204e9800998ecf8427e        0 main/binary-amd64/Packages
    SHA256:
     \(digest)        0 main/binary-amd64/Packages
     ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad 50060337 main/source/Sources.xz

    """

  private func read(
    _ text: String, limits: ParserLimits = ParserLimits()
  ) throws(ArchiveError) -> ReleaseFile {
    try ReleaseFile(Array(text.utf8), file: "Release", limits: limits)
  }

  private func refusal(_ text: String, limits: ParserLimits = ParserLimits()) -> ArchiveError? {
    failure { () throws(ArchiveError) in _ = try read(text, limits: limits) }
  }

  @Test("says what suite it is")
  func head() throws {
    let release = try read(Self.head + Self.sums)
    #expect(release.origin == "Debian")
    #expect(release.label == "Debian")
    #expect(release.suite == "oldstable")
    #expect(release.codename == "bookworm")
    #expect(release.ledgerName == "bookworm")
    #expect(release.date == ArchiveDate(seconds: 1_747_467_882))
    #expect(release.validUntil == nil)
    #expect(release.architectures == ["all", "amd64", "arm64"])
    #expect(release.components == ["main", "contrib", "non-free-firmware"])
    #expect(release.stanza.text("Acquire-By-Hash") == "yes")
  }

  @Test("vouches for what its SHA256 section lists")
  func files() throws {
    let release = try read(Self.head + Self.sums)
    #expect(release.files.count == 2)
    let content = try #require(release.files["main/source/Sources.xz"])
    #expect(content.size == ByteCount(50_060_337))
    #expect(content.sha256.description.hasPrefix("ba7816bf"))
  }

  @Test("is written again as it came")
  func serialized() throws {
    let text = Self.head + Self.sums
    #expect(try read(text).stanza.fields.flatMap(\.serialized) == Array(text.utf8))
  }

  @Test("is known by its suite when it has no codename")
  func ledgerName() throws {
    let head = Self.head.replacing("Codename: bookworm\n", with: "")
    #expect(try read(head + Self.sums).ledgerName == "oldstable")
    let neither = head.replacing("Suite: oldstable\n", with: "")
    #expect(try read(neither + Self.sums).ledgerName == nil)
  }

  @Test("may say until when it is valid")
  func validUntil() throws {
    let text = "Valid-Until: Sat, 24 May 2025 07:44:42 UTC\n" + Self.head + Self.sums
    #expect(try read(text).validUntil == ArchiveDate(seconds: 1_747_467_882 + 7 * 86400))
    let broken = "Valid-Until: tomorrow\n" + Self.head + Self.sums
    #expect(refusal(broken)?.reason.hasPrefix("Valid-Until is 'tomorrow'") == true)
    #expect(refusal(broken)?.place?.line == 1)
  }

  @Test("has a date")
  func date() {
    let line = "Date: Sat, 17 May 2025 07:44:42 UTC\n"
    let without = Self.head.replacing(line, with: "")
    #expect(refusal(without + Self.sums)?.reason == "no Date field")
    let broken = Self.head.replacing(line, with: "Date: Sat, 31 Jun 2025 07:44:42 UTC\n")
    let error = refusal(broken + Self.sums)
    #expect(error?.reason.hasPrefix("Date is 'Sat, 31 Jun 2025") == true)
    #expect(error?.place == ArchiveError.Place(file: "Release", line: 7))
  }

  @Test("has a SHA256 section, MD5 and SHA1 sums being no proof")
  func noSHA256() {
    let sums = Self.sums.replacing("SHA256:", with: "SHA1:")
    #expect(refusal(Self.head + sums)?.reason.hasPrefix("no SHA256 section") == true)
  }

  @Test("is one stanza")
  func stanzas() {
    #expect(refusal("")?.reason == "expected a stanza, found none")
    #expect(refusal("\n\n")?.reason == "expected a stanza, found none")
    let error = refusal(Self.head + "\n" + Self.sums)
    #expect(error?.reason == "expected no more than 1 stanza")
    #expect(error?.place?.line == 14)
  }

  @Test("gives no field twice, in whatever case")
  func duplicateField() {
    #expect(
      refusal(Self.head + Self.sums + "sha256:\n")?.reason == "the field sha256 is given twice")
  }

  @Test(
    "is refused at an entry that is none, at its line",
    arguments: [
      "\(digest) 0", "\(digest) -1 a", "\(digest) +1 a", "\(digest) x a", "\(digest) ١ a", "x 0 a",
      "\(digest)0 0 a", "\(digest) 1125899906842625 a", "\(digest) 99999999999999999999 a",
    ])
  func entries(entry: String) {
    let text = "Date: Sat, 17 May 2025 07:44:42 UTC\nSHA256:\n \(Self.digest) 1 b\n \(entry)\n"
    let error = refusal(text)
    #expect(error?.code == .data)
    let isWhole = entry.split(separator: " ").count == 3
    #expect(error?.place == ArchiveError.Place(file: "Release", line: isWhole ? 4 : 2))
  }

  @Test(
    "is refused at a path that leads out or cannot be",
    arguments: ["/etc/passwd", "../a", "a/../../b", "./a", "a//b", "a/", "a\u{7F}"])
  func paths(path: String) {
    let text = "Date: Sat, 17 May 2025 07:44:42 UTC\nSHA256:\n \(Self.digest) 1 \(path)\n"
    let error = refusal(text)
    #expect(error?.reason.hasPrefix("'\(path)': the path") == true)
    #expect(error?.place == ArchiveError.Place(file: "Release", line: 3))
  }

  @Test("is refused at a path that is not UTF-8, instead of naming another")
  func encoding() {
    let head = "Date: Sat, 17 May 2025 07:44:42 UTC\nSHA256:\n \(Self.digest) 1 a"
    let text = Array(head.utf8) + [0xFF, 0x0A]
    let error = failure { () throws(ArchiveError) in _ = try ReleaseFile(text, file: "Release") }
    #expect(error?.reason == "'a\u{FFFD}': the path is not UTF-8")
  }

  @Test("may list a path twice with the same values, not with different ones")
  func duplicates() throws {
    let text = "Date: Sat, 17 May 2025 07:44:42 UTC\nSHA256:\n \(Self.digest) 1 a\n"
    #expect(try read(text + " \(Self.digest) 1 a\n").files.count == 1)
    for entry in ["\(Self.digest) 2 a", "\(String(Self.digest.reversed())) 1 a"] {
      let error = refusal(text + " \(entry)\n")
      #expect(error?.reason == "'a' is listed twice, with different values")
      #expect(error?.place?.line == 4)
    }
  }

  @Test("has no more bytes and no more entries than the limits say")
  func limits() throws {
    let text = Self.head + Self.sums
    var limits = ParserLimits()
    limits.releaseBytes = text.utf8.count
    limits.releaseEntries = 2
    _ = try read(text, limits: limits)
    limits.releaseEntries = 1
    #expect(refusal(text, limits: limits)?.code == .data)
    limits = ParserLimits()
    limits.releaseBytes = text.utf8.count - 1
    #expect(refusal(text, limits: limits)?.reason == "larger than \(text.utf8.count - 1) bytes")
  }
}
