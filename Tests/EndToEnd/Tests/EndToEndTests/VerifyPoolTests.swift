// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Testing

/// `archive-tool verify` over the pool: what is bad is found and named, a share at a time.
@Suite struct VerifyPoolTests {
  private let archive: ArchiveFixture

  init() throws {
    archive = try ArchiveFixture()
    try archive.hashInSilence()
  }

  private func path(_ package: String) -> String {
    "\(archive.archive)/\(DebianPackage(package).path)"
  }

  /// Changes bytes below the file system's back: the ledger is told the new time of change.
  private func rot(_ package: String, at offset: Int) throws {
    let path = path(package)
    try Files.overwrite(path, at: offset, with: [0xAA, 0x55, 0xAA, 0x55])
    let output = try Command("stat", "-c", "%.9Z", path).check()
    let changed = String(decoding: output, as: UTF8.self).filter(\.isNumber)
    try archive.damageLedger(
      "UPDATE file SET changed = \(changed) WHERE path = '\(DebianPackage(package).path)'")
  }

  @Test func bytesThatTheDiskForgot() throws {
    try rot("fugue", at: 900_000)
    let found = "fugue_1.0_amd64.deb: its bytes changed and nothing else did since it was verified"
    try archive.expectFound(
      found, "1 of 3 pieces are bad: 2 (bytes 524288 to 1048575)", "sync again")
    // The mark keeps it from being served by hash, and hash from publishing it; it stays bad.
    let outcome = try archive.expectFound("marked as unverified in the ledger", by: ["--repair"])
    #expect(outcome.errors.contains("published the suite anew"), "\(outcome)")
    let stanza = try PublishedSet(archive.published).stanza("fugue")
    #expect(stanza.value(of: "Piece-Numbers") == nil)
    try archive.expectSound()
    try archive.expectFound("fugue_1.0_amd64.deb: has other bytes than the index lists")
  }

  @Test func bytesThatSomeoneWrote() throws {
    try Files.overwrite(path("adagio"), at: 5_000, with: [1, 2, 3, 4])
    let before = try TreeState.status(of: archive.archive)
    try archive.expectFound("has other bytes than the index lists: SHA-256")
    try archive.expectFound("marked as unverified", by: ["--repair"])
    try expectUnchanged(archive.archive, since: before)
  }

  @Test func filesThatHaveChangedPlaces() throws {
    let aside = "\(archive.directory)/aside"
    try Files.move(path("adagio"), to: aside)
    try Files.move(path("canon"), to: path("adagio"))
    try Files.move(aside, to: path("canon"))
    try archive.expectFound(
      "adagio_1.0_amd64.deb: holds the bytes of \(DebianPackage("canon").path)",
      "canon_1.0_amd64.deb: holds the bytes of \(DebianPackage("adagio").path)")
  }

  @Test func aFileThatIsCut() throws {
    try Command("truncate", "-s", "1000", path("ballad")).check()
    // Sizes are looked at in every run, whatever share it reads.
    let outcome = try archive.verifyCommand(["--percent", "1"]).run()
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("is cut: it has 1000 bytes, the index lists"), "\(outcome)")
  }

  @Test func aFileThatIsGone() throws {
    try archive.drop(DebianPackage("duet"))
    let outcome = try archive.verifyCommand(["--percent", "1"]).run()
    #expect(outcome.status == 75, "\(outcome)")
    #expect(
      outcome.errors.contains("duet_1.0_amd64.deb: is not there, the index lists it"), "\(outcome)")
  }

  @Test func damageOutweighsWhatIsMissing() throws {
    try archive.drop(DebianPackage("duet"))
    try Files.overwrite(path("adagio"), at: 5_000, with: [1, 2, 3, 4])
    try archive.expectFound("duet_1.0_amd64.deb: is not there", "adagio_1.0_amd64.deb: has other")
  }

  @Test func whatWasTouchedAndIsRightIsNoted() throws {
    try Command("touch", path("etude")).check()
    let report = try archive.audit("--percent", "100")
    #expect(report.pool.touched == 1 && report.findings.isEmpty)
    let repaired = try archive.audit("--percent", "100", "--repair")
    #expect(repaired.repairs == ["1 files that were touched and are right: noted as such"])
    #expect(try archive.audit("--percent", "100").pool.touched == 0)
    // The next run of hash does not read it again.
    #expect(try archive.report().suites[0].filesHashed == 0)
  }

  @Test func runsInARowReadEverything() throws {
    var read = 0
    for run in 1...4 {
      let report = try archive.audit("--percent", "25")
      read += report.pool.filesRead
      #expect(report.pool.covered == run * 25)
    }
    #expect(read == 16)
    try Files.overwrite(path("adagio"), at: 5_000, with: [1, 2, 3, 4])
    let found = try (1...4).map { _ in try archive.verifyCommand(["--percent", "25"]).run().status }
    #expect(found.contains(65))
    // What was bad is read by every run until it is right.
    let first = try #require(found.firstIndex(of: 65))
    #expect(found[first...].allSatisfy { $0 == 65 }, "\(found)")
  }

  @Test func sinceReadsWhatCameSince() throws {
    let old = try archive.audit("--since", "2099-01-01")
    #expect(old.pool.filesRead == 0)
    #expect(try archive.audit("--since", "1d").pool.filesRead == 16)
    let outcome = try archive.verifyCommand(["--since", "yesterday"]).run()
    #expect(outcome.status == 64, "\(outcome)")
  }

  /// Killed by strace, where it is about to write down that it has read the second batch.
  @Test func aRunThatWasKilledIsContinued() throws {
    // More than a batch, so that something was written down before.
    let paths = (0..<300).map { "pool/main/p/p\($0).deb" }
    for path in paths { try Files.write("bytes of \(path)", to: "\(archive.archive)/\(path)") }
    let hashes = try Files.hashes(paths, in: archive.archive)
    try archive.edit { text in
      for path in paths {
        text += "Package: p\nArchitecture: amd64\nFilename: \(path)\n"
        text += "Size: \(9 + path.utf8.count)\nSHA256: \(hashes[path] ?? "")\n\n"
      }
    }
    archive.release.advance()
    try archive.publish()
    try archive.hashInSilence()
    var command = try archive.verifyCommand(["--percent", "100", "--jobs", "1"])
    command.arguments =
      [
        "strace", "-f", "-o", "/dev/null", "-e", "trace=rename,renameat,renameat2", "-e",
        "inject=rename,renameat,renameat2:signal=SIGKILL:when=2",
      ] + command.arguments
    let killed = try command.run()
    #expect(killed.status != 0, "\(killed)")
    let report = try archive.audit("--percent", "100")
    #expect(report.pool.resumed)
    #expect(report.pool.files == 316)
    // strace counts the renames of each thread for itself, so it may have been the last batch.
    #expect([0, 60].contains(report.pool.filesRead), "\(report.pool.filesRead)")
    #expect(try !archive.audit("--percent", "100").pool.resumed)
  }

  @Test func aRunThatWasInterruptedCanBeBegunAnew() throws {
    let state = """
      {"format": 1, "suites": {"\(archive.archive)/dists/bookworm": {"next": "0", "covered": 0,
      "unfinished": {"start": "0", "reached": "7fffffffffffffff", "percent": 100,
      "began": "2025-11-01T12:00:00Z"}, "suspects": []}}}
      """
    try Files.write(state, to: "\(archive.state)/verify.json")
    #expect(try archive.audit("--percent", "100", "--restart").pool.filesRead == 16)
    try Files.write(state, to: "\(archive.state)/verify.json")
    let report = try archive.audit("--percent", "100")
    #expect(report.pool.resumed && report.pool.filesRead < 16)
    try Files.write("nonsense", to: "\(archive.state)/verify.json")
    #expect(try archive.audit("--percent", "100").pool.filesRead == 16)
  }

  @Test func twoAtOnceAreRefused() throws {
    let lock = try Command("flock", "-F", "\(archive.state)/verify.lock", "sleep", "60").start()
    defer { lock.signal(SIGKILL) }
    var outcome = try archive.verifyCommand([]).run()
    for _ in 0..<500 where outcome.status == 0 {
      usleep(10_000)
      outcome = try archive.verifyCommand([]).run()
    }
    #expect(outcome.status == 75, "\(outcome)")
  }

  @Test func anUnreadableFileIsAnErrorOfReading() throws {
    // A directory in place of a file: what cannot be read at all.
    try archive.drop(DebianPackage("jig"))
    try Files.makeDirectory(path("jig"))
    let outcome = try archive.verifyCommand(["--percent", "100"]).run()
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("jig_1.0_amd64.deb: expected a regular file"), "\(outcome)")
  }
}
