// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Two added, one dropped, one updated: what happens to numbers, and what does not.
@Suite struct UpdateTests {
  private static let pieces = "main/binary-amd64/Packages-pieces.gz"

  @Test func givesNewNumbersAboveTheOldAndChangesNoOther() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let before = try PublishedSet(archive.published)
    let stanzas = try before.index(ArchiveFixture.amd64).stanzas
    let old = try #require(before.torrents("amd64").first)
    let grown = before.files.keys.filter { $0.hasSuffix("-pieces.gz") }
    let oldBytes = try grown.map { try Files.read("\(archive.published)/\($0)") }

    try archive.update()
    try archive.hashInSilence()
    try archive.expectSound()
    let after = try PublishedSet(archive.published)
    let new = try #require(after.torrents("amd64").first)
    #expect(after.torrents("amd64").count == 1 && new.id == old.id)
    #expect(new.generation == 1 && new.floor == old.floor && new.created == old.created)
    #expect(new.next == old.next + 2 && new.live == old.live)
    for name in ["ballad", "polka"] {
      let numbers = try #require(
        pieceNumbers(try after.stanza(name).value(of: "Piece-Numbers")))
      #expect(numbers.lowerBound >= old.next, "\(name)")
    }
    for stanza in stanzas {
      let name = stanza.value(of: "Package") ?? ""
      guard name != "ballad", name != "etude" else { continue }
      #expect(try after.stanza(name) == stanza, "\(name) is as it was")
    }
    #expect(throws: FixtureError.self) { try after.stanza("etude") }
    let retired = try archive.query(
      "SELECT first FROM number JOIN torrent ON torrent.id = torrent "
        + "WHERE retired AND architecture = 'amd64' ORDER BY first")
    #expect(retired == ["2", "5"], "ballad 1.0 and etude")

    for (path, bytes) in zip(grown, oldBytes) {
      let grown = try Files.read("\(archive.published)/\(path)")
      #expect(grown.starts(with: bytes), "\(path) grows at its end alone")
    }
    let text = try after.index(String(Self.pieces.dropLast(3)))
    #expect(text.stanzas.contains { $0.value(of: "Filename") == DebianPackage("polka").path })
    #expect(text.contains("Retired:"))
    let untouched = "main/source/Sources-pieces.gz"
    #expect(after.files[untouched]?.hash == before.files[untouched]?.hash)
  }

  @Test func readsOnlyWhatIsNew() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    try archive.update()
    let report = try archive.report().suites[0]
    #expect(report.filesHashed == 3 && report.contentsNumbered == 3)
    #expect(report.contentsRetired == 2 && report.published)
  }

  @Test func aNewReleaseOfTheSameIndicesIsPublished() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let grown = try Files.read("\(archive.published)/\(Self.pieces)")
    let numbers = try archive.numbers()
    archive.release.advance()
    try archive.publish()
    try archive.hashInSilence()
    try archive.expectSound()
    #expect(
      try PublishedSet(archive.published).release.value(of: "Date") == archive.release.date)
    #expect(try archive.numbers() == numbers)
    #expect(try Files.read("\(archive.published)/\(Self.pieces)") == grown)
  }

  @Test func byHashFilesOfTheSetBeforeStay() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let old = try PublishedSet(archive.published).files
    try archive.update()
    try archive.hashInSilence()
    let names = try Files.all(below: archive.published).filter { $0.contains("/by-hash/") }
    for (path, file) in old where path.hasSuffix(".xz") || path.hasSuffix(".gz") {
      #expect(names.contains { $0.hasSuffix(file.hash) }, "\(path)")
    }
    try archive.expectSound()
  }

  @Test func whatReturnsAboveTheFloorGetsItsOldNumbers() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let numbers = try PublishedSet(archive.published).stanza("etude").value(of: "Piece-Numbers")
    try archive.drop(DebianPackage("etude"))
    try archive.republish()
    try archive.hashInSilence()
    let next = try PublishedSet(archive.published).torrents("amd64").first?.next
    try archive.add(Self.etude)
    try archive.republish()
    try archive.hashInSilence()
    let published = try PublishedSet(archive.published)
    #expect(try published.stanza("etude").value(of: "Piece-Numbers") == numbers)
    #expect(published.torrents("amd64").first?.next == next, "no number was given")
    let index = try published.index("main/binary-amd64/Packages-pieces")
    #expect(
      index.stanzas.count { $0.value(of: "Filename") == DebianPackage("etude").path } == 2,
      "what returns is listed again")
  }

  @Test func whatReturnsBelowTheFloorGetsNewNumbers() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let before = try PublishedSet(archive.published)
    // The two with the lowest numbers.
    let impromptu = DebianPackage("impromptu", component: "contrib")
    try archive.drop(impromptu, DebianPackage("adagio"))
    try archive.republish()
    try archive.hashInSilence()
    #expect(try PublishedSet(archive.published).torrents("amd64").first?.floor == 2)
    try archive.add(impromptu)
    try archive.republish()
    try archive.hashInSilence()
    let after = try PublishedSet(archive.published)
    let stanza = try after.stanza("impromptu", in: "contrib/binary-amd64/Packages")
    let next = try #require(before.torrents("amd64").first?.next)
    #expect(pieceNumbers(stanza.value(of: "Piece-Numbers")) == next...next)
    #expect(after.torrents("amd64").first?.floor == 2, "the floor never sinks")
    #expect(after.torrents("amd64").first?.id == before.torrents("amd64").first?.id)
  }

  /// As the archive had it from the beginning.
  private static let etude = DebianPackage("etude", payload: 5_000 + 3_000 * 5)
}

@Suite struct GenerationTests {
  /// All amd64 packages of main: their numbers lie between those of contrib and the next.
  static let most =
    ["adagio", "ballad", "canon", "duet", "etude", "gavotte", "hornpipe", "jig", "fugue"]
    .map { DebianPackage($0) }

  @Test func beginsWhenTooFewNumbersLive() throws {
    let archive = try ArchiveFixture()
    try archive.configure("Generation-Grace: 5")
    try archive.hashInSilence()
    let old = try #require(try PublishedSet(archive.published).torrents("amd64").first)
    for package in Self.most { try archive.drop(package) }
    try archive.republish()
    try archive.hashInSilence("--allow-mass-retire")
    try archive.expectSound()
    var torrents = try PublishedSet(archive.published).torrents("amd64")
    #expect(torrents.map(\.generation) == [1, 2])
    #expect(torrents.first?.id == old.id && torrents.first?.next == old.next)
    #expect(torrents.last?.id != old.id && torrents.last?.next == 1)
    #expect(torrents.last?.created == "2025-11-02T12:00:00Z")
    let stanza = try PublishedSet(archive.published).stanza(
      "impromptu", in: "contrib/binary-amd64/Packages")
    #expect(stanza.value(of: "Piece-Numbers") == "0")
    #expect(try PublishedSet(archive.published).torrents("all").count == 1)

    // The old one stays listed as long as its grace lasts.
    try archive.republish(days: 5)
    try archive.hashInSilence()
    #expect(try PublishedSet(archive.published).torrents("amd64").count == 2)
    try archive.republish(days: 1)
    try archive.hashInSilence()
    torrents = try PublishedSet(archive.published).torrents("amd64")
    #expect(torrents.map(\.generation) == [2])
  }

  @Test func doesNotBeginWhileEnoughNumbersLive() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    for package in Self.most.prefix(8) { try archive.drop(package) }
    try archive.republish()
    // Three pieces of fugue and one of impromptu live, of twelve.
    try archive.hashInSilence("--allow-mass-retire")
    #expect(try PublishedSet(archive.published).torrents("amd64").map(\.generation) == [1])
  }

  @Test func beginsWithAnotherPieceSize() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let before = try PublishedSet(archive.published)
    try archive.configure("Piece-Size: 64K")
    try archive.hashInSilence()
    try archive.expectSound()
    let after = try PublishedSet(archive.published)
    for architecture in ["amd64", "arm64", "all", "source"] {
      let torrents = after.torrents(architecture)
      #expect(torrents.map(\.generation) == [1, 2], "\(architecture)")
      #expect(torrents.first?.id == before.torrents(architecture).first?.id)
    }
    let stanza = try after.stanza("fugue")
    let size = try Files.size("\(archive.archive)/\(DebianPackage("fugue").path)")
    #expect(stanza.value(of: "Piece-Size") == "65536")
    #expect(pieceNumbers(stanza.value(of: "Piece-Numbers"))?.count == (size + 65535) / 65536)
    #expect(
      try stanza.value(of: "Pieces-Root") == before.stanza("fugue").value(of: "Pieces-Root"),
      "the root does not depend on the piece size")
    let status = try TreeState.status(of: archive.overlay)
    try archive.hashInSilence()
    try expectUnchanged(archive.overlay, since: status)
  }
}
