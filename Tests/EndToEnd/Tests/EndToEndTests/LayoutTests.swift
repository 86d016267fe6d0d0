// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Archives and outputs that are laid out otherwise than most.
@Suite struct LayoutTests {
  @Test func whatIsPublishedIsForEveryoneToRead() throws {
    let archive = try ArchiveFixture()
    var command = try archive.hashCommand()
    command.arguments = ["sh", "-c", "umask 022; exec \"$@\"", "sh"] + command.arguments
    #expect(try command.run().status == 0)
    let hidden = try Command("find", archive.overlay, "-not", "-type", "l", "-not", "-perm", "-o=r")
      .check()
    #expect(String(decoding: hidden, as: UTF8.self) == "")
  }

  /// As the security archive once had them.
  @Test func aSuiteWithASlashInItsName() throws {
    let archive = try ArchiveFixture()
    try Files.remove("\(archive.archive)/dists")
    archive.suite = "buster/updates"
    archive.release.codename = "buster"
    try archive.publish()
    try Files.link("\(archive.archive)/dists/stable", to: "buster")
    try archive.hashInSilence("--suite", "buster/updates")
    try archive.expectSound()
    let status = try TreeState.status(of: archive.overlay)
    try archive.hashInSilence("--suite", "stable/updates")
    try expectUnchanged(archive.overlay, since: status)
    try archive.update()
    try archive.hashInSilence("--suite", "buster/updates")
    try archive.expectSound()
    #expect(try PublishedSet(archive.published).stanza("polka").value(of: "Piece-Numbers") == "13")
  }

  /// And a component that itself has one, its directories beside those of the suite's others.
  @Test func aComponentWithASlashInItsName() throws {
    let archive = try ArchiveFixture()
    let index = "updates/main/binary-amd64/Packages"
    archive.indices = [index: archive.indices[ArchiveFixture.amd64] ?? []]
    archive.release.components = ["updates/main"]
    try archive.publish()
    try archive.configure("Components: main")
    try archive.hashInSilence()
    try archive.expectSound()
    let published = try PublishedSet(archive.published)
    #expect(try published.stanza("canon", in: index).value(of: "Piece-Numbers") == "2")
    #expect(published.release.value(of: "Components") == "updates/main")
  }

  @Test func oneSuiteByTwoNamesInOneRun() throws {
    let archive = try ArchiveFixture()
    let report = try archive.report("--suite", "stable", "bookworm")
    #expect(report.suites.map(\.published) == [true, false])
    #expect(report.suites.map(\.suite) == ["bookworm", "bookworm"])
    try archive.expectSound()
  }

  @Test func relativePathsAndLinksToTheArchive() throws {
    let archive = try ArchiveFixture()
    try Files.link("\(archive.directory)/mirror", to: "archive")
    var command = try Tool.command([
      "hash", "--config", "/dev/null", "--archive", "mirror/", "--output", "a/new/overlay",
      "--state", "a/state", "--suite", "stable", "--keyring", "../archive.gpg",
    ])
    command.directory = archive.directory
    let outcome = try command.run()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    let set = try PublishedSet("\(archive.directory)/a/new/overlay/dists/bookworm")
    #expect(try set.defects(signedBy: nil) == [])
    let again = try command.run()
    #expect(again.status == 0 && again.errors == "", "\(again)")
  }

  @Test func byHashFilesGoAfterAsManySetsAsAreKept() throws {
    let archive = try ArchiveFixture()
    try archive.configure("By-Hash-Keep: 1")
    try archive.hashInSilence()
    func count() throws -> Int {
      try Files.all(below: archive.published).count {
        $0.hasPrefix("main/binary-amd64/by-hash/SHA256/")
      }
    }
    let one = try count()
    for version in ["1.1", "1.2", "1.3", "1.4"] {
      try archive.add(DebianPackage("canon", version))
      try archive.republish()
      try archive.hashInSilence()
      try archive.expectSound()
    }
    #expect(try count() == 2 * one)
    // Readers of one set before may go on; those before it are gone.
    #expect(Files.names(in: "\(archive.overlay)/.sets/bookworm").count <= 2)
  }
}

@Suite struct InPlaceLayoutTests {
  private func archive(_ lines: String = "") throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    try archive.configureInPlace(lines)
    return archive
  }

  @Test func anUncompressedIndexThatLiesThereIsExtendedToo() throws {
    let archive = try archive()
    let path = "\(archive.dists)/\(ArchiveFixture.amd64)"
    try Files.write(archive.indices[ArchiveFixture.amd64] ?? [], to: path)
    try archive.hashInSilence()
    try archive.expectSound(archive.dists, signedBy: archive.keys.archive)
    #expect(try Files.text(path) == PublishedSet(archive.dists).index(ArchiveFixture.amd64))
    #expect(try Files.text(path).contains("Piece-Numbers: "))
  }

  @Test func onlyByHashFilesOfOursArePruned() throws {
    let archive = try archive("By-Hash-Keep: 1")
    let directory = "\(archive.dists)/main/binary-amd64/by-hash/SHA256"
    let theirs = try Files.hashes(["main/binary-amd64/Packages.gz"], in: archive.dists)
    let foreign = "\(directory)/\(theirs["main/binary-amd64/Packages.gz"] ?? "")"
    try Files.makeDirectory(directory)
    try Command("cp", "\(archive.dists)/main/binary-amd64/Packages.gz", foreign).check()
    let inode = try Files.inode(foreign)
    try archive.hashInSilence()
    let ours = Set(Files.names(in: directory))
    for version in ["1.1", "1.2", "1.3", "1.4"] {
      try archive.add(DebianPackage("canon", version))
      try archive.republish()
      try archive.hashInSilence()
      try archive.expectSound(archive.dists, signedBy: archive.keys.archive)
    }
    #expect(try Files.inode(foreign) == inode)
    let kept = Set(Files.names(in: directory))
    #expect(kept.count == 2 * (ours.count - 1) + 1, "two sets, and theirs")
    #expect(kept.intersection(ours).count == 1)
  }

  @Test func aMissingFileIsLeftOut() throws {
    let archive = try archive()
    try archive.drop(DebianPackage("adagio"))
    let outcome = try archive.hash()
    #expect(outcome.status == 75 && outcome.errors.contains("adagio"), "\(outcome)")
    try archive.expectSound(archive.dists, signedBy: archive.keys.archive)
    let set = try PublishedSet(archive.dists)
    #expect(try set.stanza("adagio").value(of: "Piece-Numbers") == nil)
    #expect(try set.stanza("ballad").value(of: "Piece-Numbers") != nil)
  }

  /// An archive that nobody signs has no key that a second signature could miss.
  @Test func anUnsignedArchiveNeedsNoKey() throws {
    let archive = try ArchiveFixture()
    archive.signers = []
    try archive.publish()
    try Files.write(
      "Archive: \(archive.archive)\nState: \(archive.state)\nPublish: in-place\n"
        + "Allow-Unsigned: yes\nSuites: bookworm\n", to: archive.configuration)
    try archive.hashInSilence()
    #expect(try PublishedSet(archive.dists).defects(signedBy: nil) == [])
    #expect(try PublishedSet(archive.dists).stanza("canon").value(of: "Piece-Numbers") == "3")
    let status = try TreeState.status(of: archive.archive)
    try archive.hashInSilence()
    try expectUnchanged(archive.archive, since: status)
  }

  /// Not to look at signatures is no leave to take them away.
  @Test func aSignedArchiveNeedsAKeyEvenWhereUnsignedIsAllowed() throws {
    let archive = try ArchiveFixture()
    try Files.write(
      "Archive: \(archive.archive)\nState: \(archive.state)\nPublish: in-place\n"
        + "Allow-Unsigned: yes\nSuites: bookworm\n", to: archive.configuration)
    try archive.expectRefusal(78, saying: archive.dists, "neither Sign-Key nor Sign-Command")
    try archive.expectSound(archive.dists, signedBy: archive.keys.archive)
  }

  @Test func besideAndThenInPlaceAndBack() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let before = try PublishedSet(archive.published)
    try archive.configureInPlace()
    try archive.hashInSilence()
    try archive.expectSound(archive.dists, signedBy: archive.keys.archive)
    let inPlace = try PublishedSet(archive.dists)
    #expect(inPlace.torrents("amd64") == before.torrents("amd64"))
    #expect(
      try inPlace.index(ArchiveFixture.amd64) == before.index(ArchiveFixture.amd64))
    try archive.configure()
    try archive.hashInSilence()
    try archive.expectSound()
    let after = try PublishedSet(archive.published)
    #expect(after.torrents("amd64") == before.torrents("amd64"))
    #expect(try after.index(ArchiveFixture.amd64) == before.index(ArchiveFixture.amd64))
  }
}
