// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

@Suite struct InPlaceTests {
  private static let others = [
    "main/Contents-amd64.gz", "main/i18n/Translation-en.bz2", "main/binary-amd64/Release",
  ]

  private func archive() throws -> ArchiveFixture {
    let archive = try ArchiveFixture()
    try archive.configureInPlace()
    return archive
  }

  @Test func extendsEveryCompressionThatReleaseLists() throws {
    let archive = try archive()
    let upstream = try PublishedSet(archive.dists)
    try archive.hashInSilence()
    try archive.expectSound(archive.dists, signedBy: archive.keys.archive)
    let published = try PublishedSet(archive.dists)
    for (index, bytes) in archive.indices {
      let plain = try published.index(index)
      #expect(plain.stanzas.allSatisfy { $0.value(of: "Piece-Numbers") != nil })
      #expect(plain.stanzas.count == String(decoding: bytes, as: UTF8.self).stanzas.count)
      for (suffix, program) in [("xz", "xz"), ("bz2", "bzip2")] {
        let same = try Command(program, "-dc", "\(archive.dists)/\(index).\(suffix)").check()
        #expect(String(decoding: same, as: UTF8.self) == plain, "\(index).\(suffix)")
      }
      // The uncompressed one is listed and not there, as before.
      #expect(published.files[index]?.size == plain.utf8.count)
      #expect(!Files.exists("\(archive.dists)/\(index)"))
    }
    #expect(Set(upstream.files.keys).isSubset(of: published.files.keys))
    #expect(published.files["main/binary-amd64/Packages-pieces.gz"] != nil)
    #expect(published.release.value(of: "Date") == upstream.release.value(of: "Date"))
    let md5 = published.release.value(of: "MD5Sum")?.split(separator: "\n").count
    #expect(md5 == published.files.count)
    #expect(!Files.exists(archive.overlay))
  }

  @Test func differencesLeaveReleaseAndThatIsSaidOnce() throws {
    let archive = try archive()
    archive.hasDifferences = true
    try archive.publish()
    let index = "main/binary-amd64/Packages.diff/Index"
    let inode = try Files.inode("\(archive.dists)/\(index)")
    let first = try archive.hashCommand([]).run()
    #expect(first.status == 0)
    #expect(first.errors.contains("Packages.diff"))
    #expect(try PublishedSet(archive.dists).files[index] == nil)
    #expect(try Files.inode("\(archive.dists)/\(index)") == inode)
    try archive.publish()
    try archive.hashInSilence()
    #expect(try PublishedSet(archive.dists).files[index] == nil)
  }

  @Test func othersKeepTheirBytesAndInodes() throws {
    let archive = try archive()
    let inodes = try Self.others.map { try Files.inode("\(archive.dists)/\($0)") }
    let hashes = try Files.hashes(Self.others, in: archive.dists)
    let pool = try TreeState.status(of: "\(archive.archive)/pool")
    try archive.hashInSilence()
    #expect(try Self.others.map { try Files.inode("\(archive.dists)/\($0)") } == inodes)
    #expect(try Files.hashes(Self.others, in: archive.dists) == hashes)
    try expectUnchanged("\(archive.archive)/pool", since: pool)
    #expect(
      try Command("readlink", "\(archive.archive)/dists/stable").check() == Array("bookworm\n".utf8)
    )
  }

  @Test func aSecondRunChangesNothing() throws {
    let archive = try archive()
    try archive.hashInSilence()
    let (before, numbers) = (try TreeState.status(of: archive.archive), try archive.numbers())
    try archive.hashInSilence()
    try expectUnchanged(archive.archive, since: before)
    #expect(try archive.numbers() == numbers)
  }

  /// A run that has to write replaces the fields of the run before it.
  @Test func fieldsOfTheRunBeforeAreReplaced() throws {
    let archive = try archive()
    try archive.hashInSilence()
    let before = try PublishedSet(archive.dists).index(ArchiveFixture.amd64)
    try archive.configureInPlace("Legacy-SHA1: yes")
    try archive.hashInSilence()
    #expect(try PublishedSet(archive.dists).index(ArchiveFixture.amd64) != before)
    try archive.configureInPlace()
    try archive.hashInSilence()
    #expect(try PublishedSet(archive.dists).index(ArchiveFixture.amd64) == before)
    try archive.expectSound(archive.dists, signedBy: archive.keys.archive)
  }

  @Test func anUpdateOfTheArchiveIsExtendedAgain() throws {
    let archive = try archive()
    try archive.hashInSilence()
    let before = try PublishedSet(archive.dists)
    let grown = try Files.read("\(archive.dists)/main/binary-amd64/Packages-pieces.gz")
    try archive.update()
    try archive.hashInSilence()
    try archive.expectSound(archive.dists, signedBy: archive.keys.archive)
    let after = try PublishedSet(archive.dists)
    #expect(after.torrents("amd64").first?.id == before.torrents("amd64").first?.id)
    #expect(try after.stanza("adagio") == before.stanza("adagio"))
    #expect(try after.stanza("polka").value(of: "Piece-Numbers") == "13")
    #expect(
      try Files.read("\(archive.dists)/main/binary-amd64/Packages-pieces.gz").starts(with: grown))
  }

  @Test func isRefusedWithoutAKey() throws {
    let archive = try archive()
    try Files.write(
      """
      Archive: \(archive.archive)
      State: \(archive.state)
      Keyring: \(archive.keys.archive.keyring)
      Publish: in-place

      """, to: archive.configuration)
    try archive.expectRefusal(
      78, saying: archive.dists, "neither Sign-Key nor Sign-Command", by: ["--suite", "bookworm"])
  }

  @Test func isRefusedWithAForeignKey() throws {
    let archive = try archive()
    try archive.configure(signKey: archive.keys.operator_, inPlace: true)
    let before = try TreeState.contents(of: archive.archive)
    let outcome = try archive.hash()
    #expect(outcome.status == 78, "\(outcome)")
    #expect(outcome.errors.contains(archive.keys.archive.fingerprint), "\(outcome)")
    #expect(outcome.errors.contains("another key"), "\(outcome)")
    try archive.expectSound(archive.dists, signedBy: archive.keys.archive)
    let after = try TreeState.contents(of: archive.archive)
    #expect(after.filter { !$0.key.hasPrefix("dists/.archive-tool/") } == before)
    // With the right key it goes on from there.
    try archive.configureInPlace()
    try archive.hashInSilence()
    try archive.expectSound(archive.dists, signedBy: archive.keys.archive)
  }

  @Test func aFailingSignCommandPublishesNothing() throws {
    let archive = try archive()
    for command in ["false", "true", "sh -c 'echo no card >&2; exit 2'"] {
      try archive.configureInPlace("Sign-Command: \(command)")
      let before = try TreeState.contents(of: archive.dists)
      let outcome = try archive.hash()
      #expect(outcome.status == 69 && outcome.errors.contains("sign command"), "\(outcome)")
      #expect(try TreeState.contents(of: archive.dists) == before)
    }
  }

  /// The archive's own tools write while the run is in its sign command.
  @Test func anArchiveThatChangesMeanwhileIsLeftAlone() throws {
    let archive = try archive()
    let key = archive.keys.archive.fingerprint
    try Files.write(
      """
      #!/bin/sh
      gpg --batch --yes --quiet -u \(key) --clearsign -o "$2" "$1"
      gpg --batch --yes --quiet -u \(key) -ab -o "$3" "$1"
      echo changed >\(archive.dists)/main/Contents-arm64
      """, to: "\(archive.directory)/sign")
    try archive.configureInPlace("Sign-Command: sh \(archive.directory)/sign")
    let before = try TreeState.contents(of: archive.dists)
    let outcome = try archive.hash()
    #expect(outcome.status == 75 && outcome.errors.contains(archive.dists), "\(outcome)")
    var after = try TreeState.contents(of: archive.dists)
    #expect(after.removeValue(forKey: "main/Contents-arm64") != nil)
    #expect(after == before)
  }

  @Test func besideAndInPlaceGiveTheSameNumbers() throws {
    let beside = try ArchiveFixture()
    try beside.hashInSilence()
    let inPlace = try archive()
    try inPlace.hashInSilence()
    for index in beside.indices.keys {
      #expect(
        try PublishedSet(beside.published).index(index) == PublishedSet(inPlace.dists).index(index),
        "\(index)")
    }
  }
}
