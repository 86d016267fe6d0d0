// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

@Suite struct SecondRunTests {
  @Test func opensNoPoolFileAndWritesNothing() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let overlay = try TreeState.status(of: archive.overlay)
    let upstream = try TreeState.status(of: archive.archive)
    let numbers = try archive.numbers()
    let log = "\(archive.directory)/strace"
    var command = try archive.hashCommand()
    command.arguments =
      ["strace", "-f", "-o", log, "-e", "trace=open,openat,openat2"] + command.arguments
    let outcome = try command.run()
    #expect(outcome.status == 0 && outcome.output.isEmpty && outcome.errors.isEmpty, "\(outcome)")
    let opened = try Files.text(log).split(separator: "\n")
    #expect(opened.contains { $0.contains("main/binary-amd64/Packages") }, "strace sees the run")
    #expect(opened.filter { $0.contains("pool/") } == [])
    try expectUnchanged(archive.overlay, since: overlay)
    try expectUnchanged(archive.archive, since: upstream)
    #expect(try archive.numbers() == numbers)
  }

  @Test func restoresWhatSomeoneDamaged() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let before = try TreeState.contents(of: archive.published, without: Self.signatures)
    let numbers = try archive.numbers()
    try Files.remove("\(archive.published)/main/binary-amd64/Packages.xz")
    try archive.hashInSilence()
    try archive.expectSound()
    #expect(
      try TreeState.contents(of: archive.published, without: Self.signatures) == before)
    #expect(try archive.numbers() == numbers)
  }

  @Test func aTouchedFileIsReadAgainAndAccepted() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let overlay = try TreeState.status(of: archive.overlay)
    try Command(
      "touch", "-d", "2025-11-11", "\(archive.archive)/\(DebianPackage("adagio").path)"
    ).check()
    #expect(try archive.report().suites[0].filesHashed == 1)
    try expectUnchanged(archive.overlay, since: overlay)
    #expect(try archive.report().suites[0].filesHashed == 0, "and remembered")
    try archive.hashInSilence()
  }

  /// By symbolic link, Suite or Codename: one suite, the same torrents.
  @Test func allNamesOfASuiteAreOneSuite() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let (overlay, numbers) = (try TreeState.status(of: archive.overlay), try archive.numbers())
    try archive.hashInSilence("--suite", "stable")
    try expectUnchanged(archive.overlay, since: overlay)
    #expect(try archive.numbers() == numbers)
    #expect(
      try Command("readlink", "\(archive.overlay)/dists/stable").check() == Array("bookworm\n".utf8)
    )
  }

  @Test func suiteAndCodenameFindADirectoryOfAnotherName() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let numbers = try archive.numbers()
    try Files.remove("\(archive.archive)/dists/stable")
    try Files.move(archive.dists, to: "\(archive.archive)/dists/debian12")
    for name in ["stable", "bookworm", "debian12"] {
      let outcome = try archive.hash("--suite", name)
      #expect(outcome.status == 0 && outcome.errors == "", "\(name): \(outcome)")
    }
    #expect(try archive.numbers() == numbers)
    #expect(
      try PublishedSet("\(archive.overlay)/dists/debian12").torrents("amd64")
        == PublishedSet(archive.published).torrents("amd64"))
  }

  static let signatures: Set<String> = ["InRelease", "Release.gpg"]
}
