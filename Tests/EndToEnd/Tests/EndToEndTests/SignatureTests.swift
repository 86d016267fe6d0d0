// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

@Suite struct SignatureTests {
  /// An archive that was published once, and whose next Release is signed by `signers`.
  private func archive(_ signers: (Keys) -> [Keys.Key] = { [$0.archive] }) throws -> ArchiveFixture
  {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    archive.signers = signers(archive.keys)
    try archive.add(DebianPackage("polka"))
    try archive.republish()
    return archive
  }

  private func expectAccepted(_ archive: ArchiveFixture, _ arguments: [String] = []) throws {
    let outcome = try archive.hashCommand(arguments).run()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    try archive.expectSound()
    #expect(try PublishedSet(archive.published).stanza("polka").value(of: "Piece-Numbers") == "12")
  }

  @Test func aBadSignatureIsRefused() throws {
    let archive = try archive()
    let path = "\(archive.dists)/InRelease"
    let text = try Files.text(path)
    try Files.write(text.replacing("A little music", "A big music"), to: path)
    try archive.expectRefusal(65, saying: path, "a signature does not match")
  }

  @Test func aBadDetachedSignatureIsRefused() throws {
    let archive = try archive()
    try Files.remove("\(archive.dists)/InRelease")
    let path = "\(archive.dists)/Release"
    let text = try Files.text(path)
    try Files.write(text.replacing("A little music", "A big music"), to: path)
    try archive.expectRefusal(65, saying: path, "a signature does not match")
  }

  @Test func aGoodDetachedSignatureIsAccepted() throws {
    let archive = try archive()
    try Files.remove("\(archive.dists)/InRelease")
    try expectAccepted(archive)
  }

  @Test func aMissingSignatureIsRefusedUnlessAllowed() throws {
    let archive = try archive { _ in [] }
    try archive.expectRefusal(65, saying: archive.dists, "neither InRelease nor Release.gpg")
    try expectAccepted(archive, ["--allow-unsigned"])
  }

  @Test func anUnknownKeyIsRefused() throws {
    let archive = try archive { [$0.foreign] }
    try archive.expectRefusal(
      65, saying: "\(archive.dists)/InRelease", "no keyring",
      String(archive.keys.foreign.fingerprint.suffix(16)))
    try expectAccepted(archive, ["--keyring", archive.keys.foreign.keyring])
  }

  @Test func anExpiredKeyIsRefused() throws {
    let archive = try archive { [$0.expired] }
    try archive.expectRefusal(
      65, saying: "\(archive.dists)/InRelease", "expired",
      by: ["--keyring", archive.keys.expired.keyring])
  }

  @Test func oneGoodSignatureAmongSeveralIsEnough() throws {
    try expectAccepted(try archive { [$0.foreign, $0.archive] })
    try expectAccepted(try archive { [$0.archive, $0.operator_, $0.foreign] })
  }

  @Test func aKeyringThatIsNotThereIsNamed() throws {
    let archive = try archive()
    let keyring = "\(archive.directory)/none.gpg"
    try archive.expectRefusal(66, saying: keyring, "does not exist", by: ["--keyring", keyring])
  }

  @Test func textBeforeTheSignedPartIsRefused() throws {
    let archive = try archive()
    let path = "\(archive.dists)/InRelease"
    try Files.write("Origin: Mallory\n\n" + Files.text(path), to: path)
    try archive.expectRefusal(65, saying: "\(path):1", "BEGIN PGP SIGNED MESSAGE")
  }

  @Test func textAfterTheSignatureIsRefused() throws {
    let archive = try archive()
    let path = "\(archive.dists)/InRelease"
    try Files.write(Files.text(path) + "\nOrigin: Mallory\n", to: path)
    try archive.expectRefusal(65, saying: path, "after the signature")
  }

  @Test func textInTheArmorHeadersIsRefused() throws {
    let archive = try archive()
    let path = "\(archive.dists)/InRelease"
    let text = try Files.text(path)
    try Files.write(
      text.replacing("MESSAGE-----\nHash", "MESSAGE-----\nOrigin: Mallory\nHash"), to: path)
    try archive.expectRefusal(65, saying: path)
  }

  @Test func twoMessagesAreRefused() throws {
    let archive = try archive()
    let path = "\(archive.dists)/InRelease"
    try Files.write(Files.text(path) + Files.text(path), to: path)
    try archive.expectRefusal(65, saying: path)
  }
}

@Suite struct FreshnessTests {
  @Test func anOlderReleaseIsRefusedUnlessAllowed() throws {
    let archive = try ArchiveFixture()
    archive.release.day = 10
    try archive.publish()
    try archive.hashInSilence()
    archive.release.day = 9
    try archive.publish()
    try archive.expectRefusal(
      65, saying: "\(archive.dists)/InRelease:6", "2025-11-09", "2025-11-10", "--allow-older")
    try archive.hashInSilence("--allow-older")
    #expect(
      try PublishedSet(archive.published).release.value(of: "Date") == ReleaseText.date(9))
  }

  @Test func anExpiredReleaseIsRefusedUnlessTheSuiteSaysOtherwise() throws {
    let archive = try ArchiveFixture()
    archive.release.fields = "Valid-Until: \(ReleaseText.date(2))\n"
    try archive.publish()
    try archive.expectRefusal(
      65, saying: "\(archive.dists)/InRelease", "valid until 2025-11-02T12:00:00Z",
      "Check-Valid-Until")
    try archive.configure("\nSuite: bookworm\nCheck-Valid-Until: no")
    try archive.hashInSilence()
    try archive.expectSound()
  }

  @Test(arguments: [
    "Date: yesterday\n", "Date: Sat, 31 Feb 2026 12:00:00 UTC\n",
  ])
  func aReleaseWithoutAProperDateIsRefused(field: String) throws {
    let archive = try ArchiveFixture()
    try archive.publish { text in
      text = text.replacing("Date: \(archive.release.date)\n", field)
    }
    try archive.expectRefusal(65, saying: "\(archive.dists)/InRelease", "Date")
  }
}
