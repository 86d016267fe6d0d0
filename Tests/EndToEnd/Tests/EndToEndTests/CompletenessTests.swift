// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// What a run does not see is not gone: nothing retires, no generation burns.
@Suite struct CompletenessTests {
  private func archive() throws -> (archive: ArchiveFixture, numbers: [String]) {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    return (archive, try archive.numbers())
  }

  @Test func aPoolThatIsHalfSynced() throws {
    let (archive, numbers) = try archive()
    let gone = ["adagio", "ballad", "canon", "duet", "etude", "fugue"]
    for name in gone { try archive.drop(DebianPackage(name)) }
    archive.release.advance()
    try archive.publish()
    let outcome = try archive.hash()
    #expect(outcome.status == 75 && outcome.errors.contains("6 files are missing"), "\(outcome)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
    try archive.expectSound()
    #expect(try archive.numbers() == numbers)
  }

  @Test func manyMissingFilesAreOneLine() throws {
    let archive = try ArchiveFixture()
    try Files.remove("\(archive.archive)/pool/main")
    let outcome = try archive.hash()
    #expect(outcome.status == 75, "\(outcome)")
    #expect(outcome.errors.contains("15 files are missing") && outcome.errors.contains(", …"))
    #expect(outcome.errors.split(separator: ",").count == 11, "ten of them are named: \(outcome)")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome)")
  }

  @Test func anIndexThatIsNotThere() throws {
    let (archive, numbers) = try archive()
    archive.release.advance()
    try archive.publish()
    for suffix in archive.compressions {
      try Files.remove("\(archive.dists)/\(ArchiveFixture.amd64).\(suffix)")
    }
    let outcome = try archive.hash("--verbose")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.errors.contains("\(ArchiveFixture.amd64): not here"), "\(outcome)")
    #expect(try archive.numbers() == numbers)
    try archive.expectSound()
  }

  @Test func aDamagedSetIsInNobodysWay() throws {
    let (archive, numbers) = try archive()
    try Files.write("nothing", to: "\(archive.published)/Release")
    for suffix in archive.compressions {
      try Files.remove("\(archive.dists)/main/binary-arm64/Packages.\(suffix)")
    }
    try archive.hashInSilence()
    #expect(try archive.numbers() == numbers)
    try archive.expectSound()
  }

  @Test(arguments: [ArchiveFixture.amd64, ArchiveFixture.sources])
  func anEmptyIndex(index: String) throws {
    let (archive, numbers) = try archive()
    archive.indices[index] = []
    archive.release.advance()
    try archive.publish()
    let outcome = try archive.hash()
    #expect(outcome.status == 75, "\(outcome)")
    #expect(outcome.errors.contains("--allow-mass-retire"), "\(outcome)")
    #expect(try archive.numbers() == numbers)
    try archive.expectSound()
  }

  @Test(arguments: [
    ["--architecture", "arm64"], ["--component", "contrib"],
    ["--architecture", "amd64", "--component", "contrib"],
  ])
  func aRunThatIsLimited(filter: [String]) throws {
    let (archive, numbers) = try archive()
    archive.release.advance()
    try archive.drop(DebianPackage("adagio"))
    try archive.scan()
    try archive.publish()
    let outcome = try archive.hashCommand(filter).run()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    #expect(try archive.numbers() == numbers)
    try archive.expectSound()
    // What the run did not look at is still there, as it was.
    let published = try PublishedSet(archive.published)
    #expect(try published.stanza("adagio").value(of: "Piece-Numbers") == "1")
    try archive.hashInSilence()
    let retired = try archive.query("SELECT count(*) FROM number WHERE retired")
    #expect(retired == ["1"])
    #expect(throws: FixtureError.self) {
      try PublishedSet(archive.published).stanza("adagio")
    }
  }

  @Test func aFirstRunThatIsLimitedIsCompletedByTheNext() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence("--architecture", "arm64")
    try archive.expectSound()
    #expect(try PublishedSet(archive.published).torrents("amd64").isEmpty)
    try archive.hashInSilence()
    try archive.expectSound()
    #expect(try PublishedSet(archive.published).torrents("amd64").first?.next == 12)
  }

  @Test func aMirrorOfOneArchitectureIsComplete() throws {
    let archive = try ArchiveFixture()
    try archive.configure("Architectures: amd64\nComponents: main")
    try archive.hashInSilence()
    let names = try Files.all(below: archive.published)
    #expect(!names.contains { $0.contains("arm64") || $0.contains("contrib") })
    try archive.drop(DebianPackage("adagio"))
    try archive.republish()
    #expect(try archive.report().suites[0].contentsRetired == 1)
  }

  @Test func massRetirementIsRefusedUnlessAllowed() throws {
    let (archive, numbers) = try archive()
    try archive.drop(
      DebianPackage("adagio"), DebianPackage("ballad"), DebianPackage("canon"))
    try archive.add(DebianPackage("polka"))
    try archive.republish()
    let outcome = try archive.hash()
    #expect(outcome.status == 75, "\(outcome)")
    #expect(outcome.errors.contains("3 of 10 contents"), "\(outcome)")
    #expect(outcome.errors.contains("limit of 20"), "\(outcome)")
    #expect(outcome.errors.contains("--allow-mass-retire"), "\(outcome)")
    #expect(try archive.query("SELECT count(*) FROM number WHERE retired") == ["0"])
    try archive.expectSound()
    #expect(
      try PublishedSet(archive.published).stanza("polka").value(of: "Piece-Numbers") == "12",
      "what is new is published")
    #expect(Set(try archive.numbers()).isSuperset(of: numbers.filter { $0.hasPrefix("number") }))
    try archive.hashInSilence("--allow-mass-retire")
    #expect(try archive.query("SELECT count(*) FROM number WHERE retired") == ["3"])
    try archive.expectSound()
    #expect(try PublishedSet(archive.published).torrents("amd64").first?.floor == 0)
  }

  @Test func theLimitOfRetirementsIsASetting() throws {
    let (archive, _) = try archive()
    try archive.configure("Retire-Limit: 5")
    try archive.drop(DebianPackage("adagio"))
    try archive.republish()
    let outcome = try archive.hash()
    #expect(outcome.status == 75 && outcome.errors.contains("limit of 5"), "\(outcome)")
  }
}
