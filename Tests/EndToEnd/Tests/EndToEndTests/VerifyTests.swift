// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// `archive-tool verify`: each kind of damage, made by hand, is found and named.
@Suite struct VerifyTests {
  private let archive: ArchiveFixture
  private static let index = "main/binary-amd64/Packages"
  private static let pieces = "main/binary-amd64/Packages-pieces"
  private static let seeds = "Torrent-Web-Seeds: http://mirror.example/debian/"

  init() throws {
    archive = try ArchiveFixture()
    try archive.hashInSilence()
  }

  /// Changes bytes of a published file, size and name kept.
  private func damage(_ path: String, at offset: Int = 40) throws {
    try Files.overwrite(path, at: offset, with: [0xAA, 0x55, 0xAA, 0x55])
  }

  private func pool(_ package: String) -> String {
    "\(archive.archive)/\(DebianPackage(package).path)"
  }

  @Test func whatIsSoundIsSilent() throws {
    try archive.expectVerified()
    let report = try archive.audit("--percent", "100")
    #expect(report.pool.filesRead == 16 && report.pool.files == 16)
    #expect(report.filesChecked > 10 && report.stanzasChecked == 18)
    #expect(report.contentsChecked == 16)
    try archive.update()
    try archive.hashInSilence()
    try archive.expectVerified()
  }

  @Test func whatIsSoundInPlaceIsSilent() throws {
    let archive = try ArchiveFixture()
    try archive.configureInPlace()
    try archive.hashInSilence()
    try archive.expectVerified()
    try archive.update()
    try archive.hashInSilence()
    try archive.expectVerified()
  }

  @Test func withoutALedgerThereIsNothingToVerify() throws {
    let archive = try ArchiveFixture()
    let outcome = try archive.verifyCommand([]).run()
    #expect(outcome.status == 66, "\(outcome)")
    #expect(outcome.errors.contains("there is no ledger"), "\(outcome)")
  }

  @Test(arguments: ["gz", "xz"]) func aPublishedFileWithOtherBytes(suffix: String) throws {
    let before = try TreeState.contents(
      of: archive.published, without: ["InRelease", "Release.gpg"])
    let path = "\(archive.published)/\(Self.index).\(suffix)"
    try damage(path)
    try archive.expectFound("\(path): ", "Release lists", "run verify --repair")
    let repaired = try archive.audit("--percent", "0", "--repair")
    #expect(repaired.findings.allSatisfy { $0.isMended }, "\(repaired.findings)")
    try archive.expectVerified()
    try archive.expectSound()
    #expect(
      try TreeState.contents(of: archive.published, without: ["InRelease", "Release.gpg"]) == before
    )
  }

  @Test func aPublishedFileThatIsGone() throws {
    let path = "\(archive.published)/\(Self.pieces).gz"
    try Files.remove(path)
    try archive.expectFound("\(path): is not there, Release lists it with")
    try archive.expectFound("published anew", status: 0, by: ["--repair"])
    try archive.expectVerified()
    try archive.expectSound()
  }

  @Test func aByHashNameThatIsGoneOrWrong() throws {
    let directory = "\(archive.published)/main/binary-arm64/by-hash/SHA256"
    let names = Files.names(in: directory)
    try Files.remove("\(directory)/\(names[0])")
    try Files.write("other", to: "\(directory)/\(names[1])")
    try archive.expectFound(
      "\(names[0]): is not there, the by-hash name of", "\(names[1]): has SHA256")
    try archive.expectFound("published anew", status: 0, by: ["--repair"])
    try archive.expectVerified()
    #expect(Files.names(in: directory) == names)
  }

  @Test func aReleaseThatSomeoneWroteTo() throws {
    let release = "\(archive.published)/Release"
    try Files.write(
      try Files.text(release).replacing("Codename: bookworm", "Codename: other"), to: release)
    try archive.expectFound(
      "Release: is not the one that was published", "InRelease: signs another text than Release has"
    )
    try archive.expectFound(status: 0, by: ["--repair"])
    try archive.expectVerified()
  }

  @Test func aReleaseThatIsNoRelease() throws {
    try Files.write("nothing\n", to: "\(archive.published)/Release")
    try archive.expectFound("\(archive.published)/Release:1 (byte 0): expected 'Field: value'")
    try archive.expectFound(status: 0, by: ["--repair"])
    try archive.expectVerified()
    try archive.expectSound()
  }

  @Test func aSignatureBySomeoneElse() throws {
    let release = "\(archive.published)/Release"
    let text = try Files.text(release)
    try archive.keys.sign(archive.published, by: [archive.keys.archive])
    #expect(try Files.text(release) == text)
    try archive.expectFound("InRelease: not signed by an accepted key")
    try archive.expectVerified("--overlay-keyring", archive.keys.archive.keyring)
  }

  /// Signed by the operator, and not what ledger and archive say.
  @Test func stanzasThatAreNeitherTheArchivesNorTheLedgers() throws {
    try rewrite(Self.index) { text in
      text = text.replacing("Piece-Numbers: 1\n", "Piece-Numbers: 2\n")
    }
    try archive.expectFound(
      "\(Self.index): adagio: has 'Piece-Numbers: 2', by the ledger it is 'Piece-Numbers: 1'")
    try archive.expectFound(status: 0, by: ["--repair"])
    try archive.expectVerified()
    try rewrite(Self.index) { text in
      text = text.replacing("Package: canon\n", "Package: cannon\n")
    }
    try archive.expectFound("has 'Package: cannon', the archive's index 'Package: canon'")
  }

  /// Rewrites the gzip form of a published index, takes the others away, and signs.
  private func rewrite(_ index: String, _ change: (inout String) -> Void) throws {
    let path = "\(archive.published)/\(index)"
    var text = try PublishedSet(archive.published).index(index)
    let before = text
    change(&text)
    #expect(text != before)
    try Files.write(text, to: "\(archive.directory)/index")
    let packed = try Command("gzip", "-9nc", "\(archive.directory)/index").check()
    try Files.write(packed, to: "\(path).gz")
    let hash = try Files.hashes(["index"], in: archive.directory)["index"] ?? ""
    let packedHash = try Files.hashes(["\(index).gz"], in: archive.published).values.first ?? ""
    let release = try Files.text("\(archive.published)/Release")
    var lines = release.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    lines.removeAll { $0.hasSuffix(" \(index).xz") }
    lines = lines.map { line in
      if line.hasSuffix(" \(index).gz") { return " \(packedHash) \(packed.count) \(index).gz" }
      return line.hasSuffix(" \(index)") ? " \(hash) \(text.utf8.count) \(index)" : line
    }
    try Files.write(lines.joined(separator: "\n"), to: "\(archive.published)/Release")
    try archive.keys.sign(archive.published, by: [archive.keys.operator_])
  }

  @Test func anOldPieceIndexThatIsNoBeginning() throws {
    let other = try Command(
      "sh", "-c", "zcat \(archive.published)/\(Self.pieces).gz | gzip -9n"
    ).check()
    let directory = "\(archive.published)/main/binary-amd64/by-hash/SHA256"
    try Files.write(other, to: "\(archive.directory)/other")
    let hash = try #require(try Files.hashes(["other"], in: archive.directory)["other"])
    try Files.write(other, to: "\(directory)/\(hash)")
    try archive.expectFound("\(hash): was published and is no beginning of \(Self.pieces).gz")
  }

  @Test func anArchiveThatIsAheadIsNoDamage() throws {
    try archive.update()
    try archive.expectFound(
      "\(Self.index): was made from the index of", "the archive's is of", "run hash", status: 75)
    try archive.hashInSilence()
    try archive.expectVerified()
  }

  @Test func objectsThatAreNotWhatTheLedgerGives() throws {
    try archive.configure("Torrent-If: Size >= 500K\n\(Self.seeds)")
    try archive.hashInSilence()
    try archive.expectVerified()
    let directory = "\(archive.published)/main/torrents"
    let names = Files.names(in: directory)
    try damage("\(directory)/\(names[0])", at: 20)
    try damage("\(directory)/\(names[1])", at: 20)
    try archive.expectFound(
      "\(names[0]): is not what the ledger gives, from byte 20 on",
      "\(names[1]): is not what the ledger gives, from byte 20 on")
    try archive.expectFound(status: 0, by: ["--repair"])
    try archive.expectVerified()
    #expect(Files.names(in: directory) == names)
  }

  @Test func aDryRepairSaysWhatItWouldDo() throws {
    try damage("\(archive.published)/\(Self.index).gz")
    let before = try TreeState.status(of: archive.overlay)
    try archive.expectFound("would be published anew", by: ["--repair", "--dry-run"])
    try expectUnchanged(archive.overlay, since: before)
    let outcome = try archive.verifyCommand(["--dry-run"]).run()
    #expect(outcome.status == 64, "\(outcome)")
  }

  @Test func ofOneKindTenLinesArePrinted() throws {
    try Files.remove("\(archive.archive)/pool")
    let outcome = try archive.expectFound("and 6 more of the kind pool-missing", status: 75)
    #expect(outcome.errors.split(separator: "\n").count == 11, "\(outcome)")
    #expect(try archive.audit(status: 75).findings.count == 16)
  }
}
