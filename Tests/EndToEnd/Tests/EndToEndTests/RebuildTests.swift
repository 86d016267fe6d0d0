// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// The ledger is lost, what was published of it is not.
@Suite struct RebuildTests {
  /// Two suites, numbers that retired, a content that came back, a second generation.
  private static func withHistory() throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    try archive.update()
    try archive.hashInSilence()
    try archive.add(DebianPackage("etude", payload: 5_000 + 3_000 * 5))
    try archive.republish()
    try archive.hashInSilence()
    // Another base piece size begins a generation of every torrent.
    try archive.configure("Piece-Size: 64K")
    try archive.republish()
    try archive.hashInSilence()
    try archive.drop(DebianPackage("jig"))
    try archive.republish()
    try archive.hashInSilence()
    archive.suite = "trixie"
    archive.release.codename = "trixie"
    archive.release.suite = "testing"
    try archive.add(DebianPackage("waltz", payload: 200_000))
    try archive.scan()
    try archive.publish()
    try archive.hashInSilence("--suite", "trixie")
    return archive
  }

  @Test func aLedgerOfTwoSuitesAndTwoGenerationsIsTheOldOne() throws {
    let archive = try Self.withHistory()
    let numbers = try archive.numbers()
    let publisher = try archive.query("SELECT value FROM setting WHERE name = 'publisher'")
    let check = try archive.rebuild("--check")
    #expect(check.status == 0 && check.output == "" && check.errors == "", "\(check)")
    try archive.loseLedger()

    let outcome = try archive.rebuild()
    #expect(outcome.status == 0 && outcome.output == "" && outcome.errors == "", "\(outcome)")
    #expect(try archive.numbers() == numbers)
    #expect(try archive.query("SELECT value FROM setting WHERE name = 'publisher'") == publisher)
    #expect(try archive.rebuild("--check").status == 0)
    let generations = try archive.query("SELECT DISTINCT generation FROM torrent ORDER BY 1")
    #expect(generations == ["1", "2"])
  }

  /// After one read of the pool nobody can tell that it was lost.
  @Test func theNextRunPublishesTheSameBytesAndNumbersOn() throws {
    let archive = try Self.withHistory()
    var before: [String: [String: String]] = [:]
    for suite in ["bookworm", "trixie"] {
      archive.suite = suite
      before[suite] = try archive.publishedBytes()
    }
    let pieces = """
      SELECT hex(sha1), hex(layer) FROM pieces JOIN content ON content.id = pieces.content
      JOIN file ON file.content = content.id GROUP BY pieces.rowid ORDER BY 1, 2
      """
    let digests = try archive.query(pieces)
    try archive.loseLedger()
    #expect(try archive.rebuild().status == 0)

    let report = try archive.report("--suite", "bookworm", "trixie")
    #expect(report.suites.allSatisfy { $0.contentsNumbered == 0 && $0.contentsRetired == 0 })
    #expect(report.suites[0].filesHashed > 10)
    for suite in ["bookworm", "trixie"] {
      archive.suite = suite
      #expect(try archive.publishedBytes() == before[suite], "\(suite)")
      try archive.expectSound()
    }
    let again = try archive.query(pieces)
    // At the piece size of today; no run reads for that of an older generation.
    let read = Set(again).subtracting(["|"])
    #expect(read.count > 10 && read.isSubset(of: digests))

    archive.suite = "trixie"
    let next = try #require(try PublishedSet(archive.published).torrents("amd64").last?.next)
    try archive.add(DebianPackage("xenia"))
    try archive.republish()
    try archive.hashInSilence("--suite", "trixie")
    let stanza = try PublishedSet(archive.published).stanza("xenia")
    #expect(pieceNumbers(stanza.value(of: "Piece-Numbers")) == next...next)
    #expect(try archive.rebuild("--check").status == 0)
  }

  @Test func inPlaceToo() throws {
    let archive = try ArchiveFixture()
    try archive.configureInPlace()
    try archive.hashInSilence()
    try archive.update()
    try archive.hashInSilence()
    let numbers = try archive.numbers()
    let before = try TreeState.contents(of: archive.dists, without: ["InRelease", "Release.gpg"])
    try archive.loseLedger()
    let outcome = try Tool.command(["rebuild-ledger", "--config", archive.configuration]).run()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    #expect(try archive.numbers() == numbers)
    try archive.hashInSilence()
    #expect(
      try TreeState.contents(of: archive.dists, without: ["InRelease", "Release.gpg"]) == before)
  }

  @Test func objectsThatNeedMoreThanWasPublishedWaitForTheNextRun() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    func torrent(_ form: String, _ package: String) throws -> Outcome {
      try Tool.command(
        [
          "torrent", "--config", archive.configuration, "--directory", "\(archive.directory)/made",
          "--format", form, package,
        ]
      ).run()
    }
    let before = try ["v1", "v2"].map { try torrent($0, "fugue").output }
    try archive.loseLedger()
    #expect(try archive.rebuild().status == 0)
    for form in ["v1", "v2"] {
      let outcome = try torrent(form, "fugue")
      #expect(outcome.status == 65 && outcome.errors.contains("was not computed"), "\(outcome)")
    }
    try archive.hashInSilence()
    #expect(try ["v1", "v2"].map { try torrent($0, "fugue").output } == before)
  }

  @Test func aLedgerThatIsThereStaysUnlessItIsToBeReplaced() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let numbers = try archive.numbers()
    let refused = try archive.rebuild()
    #expect(refused.status == 73 && refused.errors.contains("--replace"), "\(refused)")
    let outcome = try archive.rebuild("--replace")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.errors.contains("ledger.sqlite.replaced-"))
    #expect(Files.names(in: archive.state).contains { $0.hasPrefix("ledger.sqlite.replaced-") })
    #expect(try archive.numbers() == numbers)
  }

  @Test func whatIsDamagedOrMissingOrOfSomebodyElseIsRefused() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    try archive.loseLedger()
    func expectRefusal(_ status: Int32, _ word: String, _ arguments: String...) throws {
      let outcome = try Tool.command(
        ["rebuild-ledger", "--config", archive.configuration] + arguments
      ).run()
      #expect(outcome.status == status && outcome.errors.contains(word), "\(outcome)")
      #expect(!Files.exists("\(archive.state)/ledger.sqlite"))
    }
    let keyring = archive.keys.operator_.keyring
    try expectRefusal(64, "whose signature")
    try expectRefusal(
      65, "not signed by an accepted key", "--keyring", archive.keys.foreign.keyring)
    let index = "\(archive.published)/main/binary-amd64/Packages.xz"
    try Files.overwrite(index, at: 20, with: [0x55, 0xAA])
    try expectRefusal(65, "Packages.xz: SHA-256 is", "--keyring", keyring)
    try Files.remove("\(archive.published)/main/binary-all/Packages-pieces.gz")
    try expectRefusal(65, "it is not there", "--keyring", keyring)
  }

  @Test func theFilesOfTwoLedgersAreRefused() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    try archive.loseLedger()
    archive.suite = "trixie"
    archive.release.codename = "trixie"
    try archive.publish()
    try archive.hashInSilence("--suite", "trixie")
    let outcome = try archive.rebuild("--replace")
    #expect(outcome.status == 65 && outcome.errors.contains("numbered by"), "\(outcome)")
    #expect(outcome.errors.contains("Packages-pieces.gz:1"), "\(outcome)")
  }
}
