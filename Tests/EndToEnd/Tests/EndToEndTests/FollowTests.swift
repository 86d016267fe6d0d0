// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Glibc
import Testing

/// Mirrors that take their numbers from another one: one swarm for all.
@Suite struct FollowTests {
  /// A publisher, its seeder, and a mirror that follows it by HTTP.
  private static func pair(
    _ lines: String = "", publisher: String = ""
  ) throws -> (publisher: ArchiveFixture, seeder: SeedProcess, mirror: ArchiveFixture) {
    let archive = try ArchiveFixture()
    try archive.configure(publisher)
    try archive.hashInSilence()
    let seeder = try SeedProcess(archive)
    let mirror = try ArchiveFixture(mirroring: archive)
    try mirror.follow("\(seeder.url)/overlay", lines)
    return (archive, seeder, mirror)
  }

  @Test func publishesTheSameNumbersAndTheSameBytes() throws {
    let tracker = "Torrent-Trackers: http://tracker.example/announce"
    let (archive, seeder, mirror) = try Self.pair(
      "Torrent-Trackers: http://own.example/announce\nTorrent-Web-Seeds: http://own.example/",
      publisher: tracker)
    try mirror.hashInSilence()
    try mirror.expectSound(signedBy: mirror.keys.foreign)
    #expect(try mirror.pieceIndices() == archive.pieceIndices())
    let (theirs, ours) = (
      try PublishedSet(archive.published), try PublishedSet(mirror.published)
    )
    #expect(ours.release.value(of: "Torrents") == theirs.release.value(of: "Torrents"))
    let publisher = try archive.query("SELECT value FROM setting WHERE name = 'publisher'")
    #expect(ours.release.value(of: "Torrent-Follows") == publisher.first)
    #expect(
      ours.release.value(of: "Torrent-Trackers")
        == "http://tracker.example/announce http://own.example/announce")
    #expect(ours.release.value(of: "Torrent-Web-Seeds") == "http://own.example/")
    for index in [ArchiveFixture.amd64, ArchiveFixture.sources, "main/binary-arm64/Packages"] {
      #expect(try ours.index(index) == theirs.index(index), "\(index)")
    }
    let status = try TreeState.status(of: mirror.overlay)
    try mirror.hashInSilence()
    try expectUnchanged(mirror.overlay, since: status)
    withExtendedLifetime(seeder) {}
  }

  /// What `--json` says of upstream.
  private struct Report: Decodable {
    struct Suite: Decodable {
      struct Upstream: Decodable {
        let bytesReceived: Int
        let newMembers: Int
      }

      let upstream: Upstream?
      let contentsUnnumbered: Int?
      let published: Bool
    }

    let suites: [Suite]
    let error: String?
  }

  private func report(_ archive: ArchiveFixture, _ arguments: String...) throws -> Report {
    let outcome = try archive.hashCommand(["--json"] + arguments).run()
    return try JSONDecoder().decode(Report.self, from: Data(outcome.bytes))
  }

  @Test func fetchesOnlyWhatIsNew() throws {
    let (archive, seeder, mirror) = try Self.pair()
    try mirror.hashInSilence()
    let before = try archive.pieceIndices().mapValues(\.count)
    try archive.update()
    try archive.hashInSilence()
    try mirror.sync(from: archive)
    let after = try archive.pieceIndices()
    let growth = after.reduce(0) { $0 + $1.value.count - (before[$1.key] ?? 0) }
    let upstream = try #require(try report(mirror).suites.first?.upstream)
    #expect(growth > 0 && upstream.bytesReceived == growth)
    #expect(upstream.newMembers == after.count { $0.value.count > before[$0.key] ?? 0 })
    #expect(try mirror.pieceIndices() == after)
    try mirror.expectSound(signedBy: mirror.keys.foreign)
    withExtendedLifetime(seeder) {}
  }

  @Test func leavesWhatIsNotNumberedUpstreamWithoutNumbers() throws {
    let (archive, seeder, mirror) = try Self.pair()
    try archive.update()
    try mirror.sync(from: archive)
    let outcome = try mirror.hash("--verbose")
    #expect(outcome.status == 0, "\(outcome)")
    #expect(outcome.errors.contains("3 files are not numbered upstream yet"), "\(outcome)")
    #expect(outcome.errors.contains(DebianPackage("polka").path))
    #expect(try PublishedSet(mirror.published).stanza("polka").value(of: "Piece-Numbers") == nil)
    try archive.hashInSilence()
    let report = try report(mirror)
    #expect(report.suites.first?.contentsUnnumbered == 0)
    let polka = try PublishedSet(mirror.published).stanza("polka")
    #expect(try polka == PublishedSet(archive.published).stanza("polka"))
    withExtendedLifetime(seeder) {}
  }

  @Test func aPartialMirrorTakesWhatItHas() throws {
    let (archive, seeder, mirror) = try Self.pair("Architectures: amd64")
    try mirror.hashInSilence()
    let ours = try PublishedSet(mirror.published)
    #expect(ours.torrents("arm64").isEmpty && ours.torrents("source").isEmpty)
    #expect(ours.torrents("amd64") == (try PublishedSet(archive.published).torrents("amd64")))
    #expect(ours.torrents("all") == (try PublishedSet(archive.published).torrents("all")))
    #expect(!ours.files.keys.contains { $0.contains("arm64") || $0.contains("source") })
    withExtendedLifetime(seeder) {}
  }

  // MARK: What is refused

  @Test func aRewrittenHistoryChangesNothing() throws {
    let (archive, seeder, mirror) = try Self.pair()
    try mirror.hashInSilence()
    let status = try TreeState.status(of: mirror.overlay)
    let numbers = try mirror.numbers()
    // A publisher that has lost its ledger and begins again under another name.
    try archive.loseLedger()
    try archive.update()
    try archive.hashInSilence()
    try mirror.sync(from: archive)
    let outcome = try mirror.hash()
    #expect(outcome.status == 65, "\(outcome)")
    try expectUnchanged(mirror.overlay, since: status)
    #expect(try mirror.numbers() == numbers)
    withExtendedLifetime(seeder) {}
  }

  @Test func anOlderReleaseAndAWrongSignerAreRefused() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let old = "\(archive.directory)/old"
    try Files.copyTree(archive.overlay, to: old)
    try archive.update()
    try archive.hashInSilence()
    let mirror = try ArchiveFixture(mirroring: archive)
    try mirror.configure(
      "Follow: \(archive.overlay)\nFollow-Keyring: \(mirror.keys.foreign.keyring)",
      signKey: mirror.keys.foreign)
    try mirror.expectRefusal(65, saying: "not signed by an accepted key")
    try mirror.follow(archive.overlay)
    try mirror.hashInSilence()
    try mirror.follow(old)
    try mirror.expectRefusal(65, saying: "upstream's Release is of 2025-11-01")
  }

  @Test func whatIsPublishedStaysWhileUpstreamIsAway() throws {
    let (_, seeder, mirror) = try Self.pair()
    try mirror.hashInSilence()
    let status = try TreeState.status(of: mirror.overlay)
    _ = try seeder.stop()
    let outcome = try mirror.hashCommand(["--json"]).run()
    #expect(outcome.status == 75, "\(outcome)")
    #expect(
      try JSONDecoder().decode(Report.self, from: Data(outcome.bytes)).error?.contains("connect")
        == true, "\(outcome)")
    try expectUnchanged(mirror.overlay, since: status)
  }

  @Test func nobodyChangesSidesSilently() throws {
    let (archive, seeder, mirror) = try Self.pair()
    try mirror.hashInSilence()
    try mirror.configure("", signKey: mirror.keys.foreign)
    try mirror.expectRefusal(78, saying: "follows the publisher", "archive-tool promote")
    let other = try ArchiveFixture()
    try other.hashInSilence()
    try other.expectRefusal(
      78, saying: "numbers bookworm itself",
      by: ["--follow", archive.overlay, "--follow-keyring", archive.keys.operator_.keyring])
    let rebuild = try mirror.rebuild("--replace", "--allow-unsigned")
    #expect(rebuild.status == 78 && rebuild.errors.contains("follows"), "\(rebuild)")
    withExtendedLifetime(seeder) {}
  }

  /// The publisher signs a wrong hash: this mirror says so, each time, and does not repeat it.
  @Test func aContentThatUpstreamDescribesWronglyIsLeftOut() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let path = "main/binary-amd64/Packages-pieces"
    let set = try PublishedSet(archive.published)
    var stanzas = try set.index(path).stanzas
    let lie = try #require(stanzas.firstIndex { $0.contains("/fugue_") })
    let root = try #require(stanzas[lie].value(of: "Pieces-Root"))
    stanzas[lie] = stanzas[lie].replacing(root, String(repeating: "5", count: 64))
    let text = Array((stanzas.joined(separator: "\n\n") + "\n\n").utf8)
    let packed = try Command(["gzip", "-nc"], input: text).check()
    var release = set.release
    for (name, bytes) in [(path, text), ("\(path).gz", packed)] {
      let sum = String(
        decoding: try Command(["sha256sum"], input: bytes).check().prefix(64), as: UTF8.self)
      let old = try #require(
        release.split(separator: "\n").first { $0.hasSuffix(" \(name)") }.map(String.init))
      release = release.replacing(old, " \(sum) \(bytes.count) \(name)")
    }
    try Files.remove("\(archive.published)/\(path).gz")
    try Files.write(packed, to: "\(archive.published)/\(path).gz")
    try Files.write(release, to: "\(archive.published)/Release")
    try archive.keys.sign(archive.published, by: [archive.keys.operator_])

    let mirror = try ArchiveFixture(mirroring: archive)
    try mirror.follow(archive.overlay)
    for _ in 0..<2 {
      let outcome = try mirror.hash()
      #expect(outcome.status == 65, "\(outcome)")
      #expect(outcome.errors.contains("\(DebianPackage("fugue").path): its pieces"), "\(outcome)")
    }
    let ours = try PublishedSet(mirror.published)
    #expect(try ours.stanza("fugue").value(of: "Piece-Numbers") == nil)
    #expect(try ours.stanza("ballad").value(of: "Piece-Numbers") != nil)
    #expect(try Files.read("\(mirror.published)/\(path).gz") == packed)
  }

  // MARK: Killed, promoted

  @Test(arguments: ["upstream-taken", "numbered", "swapped"])
  func aKillLosesNothing(step: String) throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let mirror = try ArchiveFixture(mirroring: archive)
    try mirror.follow(archive.overlay)
    var command = try mirror.hashCommand()
    command.environment["ARCHIVE_TOOL_KILL_AT"] = step
    #expect(try command.run().status == 128 + 9)
    try mirror.hashInSilence()
    #expect(try mirror.pieceIndices() == archive.pieceIndices())
    try mirror.expectSound(signedBy: mirror.keys.foreign)
  }

  @Test func aPromotedMirrorNumbersUnderItsOwnName() throws {
    let (archive, seeder, mirror) = try Self.pair()
    try mirror.hashInSilence()
    let old = try PublishedSet(mirror.published)
    let pieces = try mirror.pieceIndices()
    let publisher = try archive.query("SELECT value FROM setting WHERE name = 'publisher'")
    _ = try seeder.stop()
    let promote = ["promote", "--config", mirror.configuration, "--suite", "bookworm"]
    let early = try Tool.command(promote).run()
    #expect(early.status == 78 && early.errors.contains("Follow"), "\(early)")

    try mirror.configure("", signKey: mirror.keys.foreign)
    let outcome = try Tool.command(promote).run()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    try mirror.hashInSilence()
    try mirror.expectSound(signedBy: mirror.keys.foreign)
    let new = try PublishedSet(mirror.published)
    for architecture in ["all", "amd64", "arm64", "source"] {
      let torrents = new.torrents(architecture)
      #expect(torrents.map(\.generation) == [1, 2], "\(architecture)")
      #expect(torrents.first?.id == old.torrents(architecture).first?.id)
    }
    #expect(new.release.value(of: "Torrent-Follows") == nil)
    for (path, bytes) in pieces {
      #expect(try Files.read("\(mirror.published)/\(path)").starts(with: bytes), "\(path)")
    }
    let header = try #require(
      try new.index("main/binary-amd64/Packages-pieces").stanzas
        .last { $0.value(of: "Publisher") != nil })
    #expect(header.value(of: "Publisher") != publisher.first)
    #expect(header.value(of: "Generation") == "2")
    let again = try Tool.command(promote).run()
    #expect(again.status == 78, "\(again)")
    try mirror.expectRefusal(
      78, saying: "numbers bookworm itself",
      by: ["--follow", archive.overlay, "--follow-keyring", archive.keys.operator_.keyring])
  }
}
