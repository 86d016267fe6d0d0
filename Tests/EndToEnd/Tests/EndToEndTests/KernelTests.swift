// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Which code computes the digests may not show, nor what was left out of them.
@Suite struct KernelTests {
  /// What this processor has, as the program says when it is asked for something else.
  private static func kernels() throws -> [String] {
    var command = try Tool.command(["digest", "--files-from", "/dev/null"])
    command.environment["ARCHIVE_TOOL_HASH_KERNEL"] = "abacus"
    let outcome = try command.run()
    #expect(outcome.status == 78, "\(outcome)")
    let names = outcome.errors.split(separator: "this processor has ").last ?? ""
    return names.split { " ,\n".contains($0) }.map(String.init)
  }

  @Test func everyKernelPublishesTheSameBytes() throws {
    let archive = try ArchiveFixture()
    // A ledger in which nothing is but the publisher's id, which is random.
    let outcome = try archive.hash("--suite", "nothing")
    #expect(outcome.status == 66, "\(outcome)")
    let publisher = "\(archive.directory)/publisher"
    try Files.move(archive.state, to: publisher)
    var expected: [String: String]?
    let kernels = try Self.kernels()
    #expect(kernels.last == "libcrypto")
    for kernel in kernels {
      try? Files.remove(archive.state)
      try Files.copyTree(publisher, to: archive.state)
      try? Files.remove(archive.overlay)
      var command = try archive.hashCommand()
      command.environment["ARCHIVE_TOOL_HASH_KERNEL"] = kernel
      let outcome = try command.run()
      #expect(outcome.status == 0 && outcome.errors == "", "\(kernel): \(outcome)")
      let published = try TreeState.contents(
        of: archive.published, without: ["InRelease", "Release.gpg"])
      #expect(published.count > 20)
      #expect(expected == nil || published == expected, "\(kernel)")
      expected = published
    }
  }

  @Test func withoutATreeThereAreNoRoots() throws {
    let archive = try ArchiveFixture()
    try archive.configure("Hashes: sha256 sha1")
    try archive.hashInSilence()
    let stanza = try PublishedSet(archive.published).stanza("fugue")
    #expect(stanza.value(of: "Pieces-Root") == nil)
    #expect(stanza.value(of: "SHA256-Pieces")?.split(separator: "\n").count == 3)
    try archive.expectSound()
  }

  @Test func withoutSHA256OfPiecesTheTreeIsLeft() throws {
    let archive = try ArchiveFixture()
    let usual = try ArchiveFixture()
    try usual.hashInSilence()
    try archive.configure("Hashes: btmh")
    try archive.hashInSilence()
    let stanza = try PublishedSet(archive.published).stanza("fugue")
    let expected = try PublishedSet(usual.published).stanza("fugue")
    #expect(stanza.value(of: "SHA256-Pieces") == nil)
    #expect(stanza.value(of: "Pieces-Root") == expected.value(of: "Pieces-Root"))
    #expect(stanza.value(of: "Piece-Numbers") == expected.value(of: "Piece-Numbers"))
    let show = try Tool.command(["show", "fugue", "--config", archive.configuration]).run()
    #expect(show.status == 0 && !show.output.contains("SHA1-Pieces"), "\(show)")
    try archive.expectSound()
  }

  /// What was read before keeps what it has; what is new gets all.
  @Test func hashesSwitchedOnLaterAreThoseOfNewFiles() throws {
    let archive = try ArchiveFixture()
    try archive.configure("Hashes: btmh")
    try archive.hashInSilence()
    try archive.configure()
    try archive.update()
    try archive.add(DebianPackage("march", payload: 700_000))
    try archive.scan()
    try archive.publish()
    try archive.hashInSilence()
    let set = try PublishedSet(archive.published)
    #expect(try set.stanza("fugue").value(of: "SHA256-Pieces") == nil)
    #expect(try set.stanza("march").value(of: "SHA256-Pieces") != nil)
    try archive.expectSound()
  }

  @Test func legacyHashesCannotBeLeftOut() throws {
    let archive = try ArchiveFixture()
    try archive.configure("Hashes: sha256\nLegacy-SHA1: yes")
    let outcome = try archive.hash()
    #expect(outcome.status == 78 && outcome.errors.contains("Hashes"), "\(outcome)")
  }

  @Test func aSlowAndPoliteRunPublishesTheSame() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence("--bandwidth", "20M", "--idle-io")
    try archive.expectSound()
  }
}
