// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Torrents and metalinks that `hash` writes beside the indices.
@Suite struct PublishedObjectTests {
  private let archive: ArchiveFixture
  private static let seeds = "Torrent-Web-Seeds: http://mirror.example/debian/"

  init() throws { archive = try ArchiveFixture() }

  private func configure(_ policy: String, _ more: String = "") throws {
    try archive.configure("Torrent-If: \(policy)\n\(Self.seeds)\n\(more)")
  }

  /// Names of the objects of a component.
  private func objects(_ component: String = "main", in set: String? = nil) -> [String] {
    Files.names(in: "\(set ?? archive.published)/\(component)/torrents").sorted()
  }

  private func hash(of package: DebianPackage) throws -> String {
    try #require(Files.hashes([package.path], in: archive.archive)[package.path])
  }

  private func inspect(_ arguments: String...) throws -> Outcome {
    try Tool.command(["inspect"] + arguments).run()
  }

  @Test func whatThePolicyChoosesHasATorrentAndAMetalink() throws {
    try configure("Size >= 1M")
    try archive.hashInSilence()
    let sum = try hash(of: DebianPackage("fugue"))
    #expect(objects() == ["\(sum).meta4", "\(sum).torrent"])
    #expect(objects("contrib") == [])
    let torrents = "\(archive.published)/main/torrents"
    let outcome = try inspect("\(torrents)/\(sum).torrent", "\(torrents)/\(sum).meta4")
    #expect(outcome.status == 0, "\(outcome)")
    let url = "http://mirror.example/debian/\(DebianPackage("fugue").path)"
    #expect(outcome.output.contains("web seed: \(url)\n"), "\(outcome)")
    #expect(outcome.output.contains("address: \(url), priority 1"), "\(outcome)")
    #expect(outcome.output.contains("created on: 2025-11-01T12:00:00Z"), "\(outcome)")
  }

  @Test func withoutAPolicyThereAreNone() throws {
    try archive.hashInSilence()
    #expect(!Files.exists("\(archive.published)/main/torrents"))
    #expect(!Files.exists("\(archive.state)/objects"))
  }

  @Test func releaseDoesNotListThem() throws {
    try configure("any")
    try archive.hashInSilence()
    #expect(objects().count == 30)
    #expect(try !PublishedSet(archive.published).release.contains("torrents/"))
    try archive.expectSound()
  }

  @Test func anUpdateLinksWhatIsTheSameAndMakesTheRest() throws {
    try configure("any")
    try archive.hashInSilence()
    let fugue = try hash(of: DebianPackage("fugue"))
    let gone = try hash(of: DebianPackage("etude"))
    let path = "\(archive.published)/main/torrents/\(fugue).torrent"
    let inode = try Files.inode(path)
    try archive.update()
    let report = try archive.report()
    let objects = try #require(report.suites[0].objects)
    #expect(objects.made == 3)
    #expect(try Files.inode(path) == inode)
    #expect(self.objects().contains("\(try hash(of: DebianPackage("polka"))).torrent"))
    #expect(!self.objects().contains { $0.hasPrefix(gone) })
  }

  @Test func anObjectNeverChangesThoughTheBasePieceSizeDoes() throws {
    try configure("any")
    try archive.hashInSilence()
    let path = "main/torrents/\(try hash(of: DebianPackage("fugue"))).torrent"
    let before = try Files.read("\(archive.published)/\(path)")
    try Files.remove("\(archive.published)/\(path)")
    try configure("any", "Piece-Size: 64K")
    try archive.hashInSilence()
    #expect(try Files.read("\(archive.published)/\(path)") == before)
  }

  @Test func otherAddressesMakeThemAnew() throws {
    try configure("any")
    try archive.hashInSilence()
    let path = "\(archive.published)/main/torrents/\(try hash(of: DebianPackage("fugue"))).torrent"
    let before = try Files.read(path)
    try configure("any", "Torrent-Trackers:\n udp://one.example:1/\n http://two.example/announce")
    try archive.hashInSilence()
    let outcome = try inspect(path)
    #expect(try Files.read(path) != before)
    #expect(outcome.output.contains("tracker of tier 1: udp://one.example:1/\n"), "\(outcome)")
    #expect(
      outcome.output.contains("tracker of tier 2: http://two.example/announce\n"), "\(outcome)")
  }

  @Test func aDamagedObjectIsMadeAgain() throws {
    try configure("any")
    try archive.hashInSilence()
    let sum = try hash(of: DebianPackage("fugue"))
    let path = "\(archive.published)/main/torrents/\(sum).torrent"
    let before = try Files.read(path)
    try Files.write("", to: path)
    try archive.update()
    try archive.hashInSilence()
    #expect(try Files.read(path) == before)
  }

  @Test func aNarrowerPolicyTakesTheOthersAway() throws {
    try configure("any")
    try archive.hashInSilence()
    try configure("Package fugue")
    try archive.hashInSilence()
    #expect(objects().count == 2)
  }

  @Test func aRunOverSomeIndicesKeepsTheObjectsOfTheOthers() throws {
    try configure("any")
    try archive.hashInSilence()
    let before = objects()
    let contrib = objects("contrib")
    try archive.update()
    let outcome = try archive.hash("--component", "contrib")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(objects() == before && objects("contrib") == contrib && contrib.count == 2)
  }

  @Test func inPlaceTheyLieInTheArchiveAndGoWithThePolicy() throws {
    try archive.configureInPlace("Torrent-If: any\n\(Self.seeds)")
    try archive.hashInSilence()
    #expect(objects(in: archive.dists).count == 30)
    try archive.hashInSilence()
    try archive.configureInPlace("Torrent-If: Package fugue\n\(Self.seeds)")
    try archive.hashInSilence()
    #expect(objects(in: archive.dists).count == 2)
    try archive.configureInPlace()
    try archive.hashInSilence()
    #expect(objects(in: archive.dists) == [])
    try archive.expectSound(archive.dists, signedBy: archive.keys.archive)
  }

  @Test func coverageIsInTheReportAndTheSummary() throws {
    try Files.write("fugue 100\nnocturne-doc 1\n", to: "\(archive.directory)/popular")
    try configure(
      "Carries 60% of downloads", "Torrent-Popularity: \(archive.directory)/popular")
    let objects = try #require(try archive.report().suites[0].objects)
    #expect(objects.coverage.files == 1 && objects.coverage.allFiles == 16)
    #expect(objects.coverage.bytes == (try Files.size(at: DebianPackage("fugue"), in: archive)))
    #expect((99.0...100).contains(try #require(objects.coverage.downloadShare)))
    try archive.update()
    let outcome = try archive.hash("--verbose")
    #expect(outcome.output.contains("torrents of 1 of 17 files, "), "\(outcome)")
    #expect(outcome.output.contains("% of downloads"), "\(outcome)")
  }

  @Test func aChangedPopularityPublishesAnew() throws {
    try Files.write("fugue 100\nadagio 1\n", to: "\(archive.directory)/popular")
    try configure("Rank <= 1", "Torrent-Popularity: \(archive.directory)/popular")
    try archive.hashInSilence()
    try Files.write("adagio 100\nfugue 1\n", to: "\(archive.directory)/popular")
    try archive.hashInSilence()
    let sum = try hash(of: DebianPackage("adagio"))
    #expect(objects() == ["\(sum).meta4", "\(sum).torrent"])
  }

  @Test func theFormIsASetting() throws {
    try configure(
      "Package fugue", "Torrent-Form: hybrid\nOverlay-URL: http://mirror.example/overlay")
    try archive.hashInSilence()
    let sum = try hash(of: DebianPackage("fugue"))
    let torrents = "\(archive.published)/main/torrents"
    #expect(try inspect("\(torrents)/\(sum).torrent").output.contains("form: hybrid"))
    let address = "http://mirror.example/overlay/dists/bookworm/main/torrents/\(sum).torrent"
    #expect(
      try inspect("\(torrents)/\(sum).meta4").output
        .contains("described by: \(address), torrent, priority 1"))
  }

  @Test func withoutTheDigestsItTakesThereIsNoneAndThatIsSaid() throws {
    try configure("Package fugue", "Hashes: sha256 btmh")
    let outcome = try archive.hash()
    #expect(outcome.errors.contains("1 files have no torrent"), "\(outcome)")
    #expect(objects() == [])
  }

  @Test(arguments: [
    "Torrent-If: colour red", "Torrent-If: any", "Torrent-Form: v3",
    "Torrent-If: any\nTorrent-Web-Seeds: mirror.example",
    "Torrent-If: any\nTorrent-Web-Seeds: http://m.example/?x",
    "Torrent-Trackers: ftp://tracker.example", "Metalink-Mirrors: http://m.example 0",
    "Metalink-Mirrors: http://m.example 1 germany",
    "Torrent-If: rank < 5\nTorrent-Web-Seeds: http://m.example/",
  ])
  func aSettingThatCannotBeIsRefused(lines: String) throws {
    try archive.configure(lines)
    try archive.expectRefusal(78)
  }

  @Test func aMissingPopularityFileIsRefused() throws {
    try configure("rank < 5", "Torrent-Popularity: /nowhere/by_inst")
    try archive.expectRefusal(66, saying: "/nowhere/by_inst")
  }
}

extension Files {
  /// Bytes of a package in the pool.
  fileprivate static func size(
    at package: DebianPackage, in archive: ArchiveFixture
  ) throws -> UInt64 {
    UInt64(try size("\(archive.archive)/\(package.path)"))
  }
}
