// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

@Suite struct DryRunTests {
  @Test func aFirstDryRunLeavesNothingBehind() throws {
    let archive = try ArchiveFixture()
    let before = try TreeState.status(of: archive.directory)
    let outcome = try archive.hash("--dry-run")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    #expect(outcome.output.contains("would number 16 contents"), "\(outcome)")
    try expectUnchanged(archive.directory, since: before)
  }

  @Test func aDryRunOfAnUpdateChangesNothingOnDisk() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    try archive.update()
    let before = try TreeState.status(of: archive.directory)
    let outcome = try archive.hash("--dry-run")
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    #expect(outcome.output.contains("would number 3 contents"), "\(outcome)")
    #expect(outcome.output.contains("would retire 2"), "\(outcome)")
    try expectUnchanged(archive.directory, since: before)
  }

  @Test func aDryRunInPlaceNeedsNoKeyAndChangesNothing() throws {
    let archive = try ArchiveFixture()
    try archive.configureInPlace()
    let before = try TreeState.status(of: archive.directory)
    let outcome = try archive.hash("--dry-run")
    #expect(outcome.status == 0, "\(outcome)")
    try expectUnchanged(archive.directory, since: before)
  }
}

@Suite struct ReportTests {
  @Test func jsonOfAFirstRun() throws {
    let archive = try ArchiveFixture()
    let report = try archive.report()
    #expect(report.error == nil && report.suites.count == 1)
    let suite = report.suites[0]
    #expect(suite.suite == "bookworm" && suite.releaseDate == "2025-11-01T12:00:00Z")
    #expect(!suite.dryRun && suite.published && suite.status == 0)
    #expect(suite.indicesRead == 5 && suite.indicesAbsent == [])
    #expect(suite.files == 16 && suite.filesHashed == 16)
    #expect(suite.bytes > 2_800_000 && suite.bytesHashed == suite.bytes)
    #expect(suite.contentsNumbered == 16 && suite.piecesNumbered == 20)
    #expect(suite.contentsRevived == 0 && suite.contentsRetired == 0)
    #expect(suite.newGenerations == [] && suite.filesMissing == 0 && suite.missing == [])
    #expect(suite.problems == [] && suite.output == archive.overlay)
    let listed = try PublishedSet(archive.published)
    for torrent in suite.torrents {
      let line = try #require(listed.torrents(torrent.architecture).first)
      #expect(torrent.id == line.id && torrent.generation == 1 && torrent.floor == line.floor)
      #expect(torrent.nextPiece == line.next && torrent.livePieces == line.live)
    }
    let index = try #require(suite.indices.first { $0.path == ArchiveFixture.amd64 })
    #expect(index.stanzas == 12 && index.plainBefore == archive.indices[index.path]?.count)
    #expect(index.plainAfter > index.plainBefore)
    #expect(index.after["gzip"] == listed.files["\(index.path).gz"]?.size)
    #expect(index.before["gzip"] == (try Files.size("\(archive.dists)/\(index.path).gz")))
  }

  @Test func jsonOfAFailedRunNamesTheError() throws {
    let archive = try ArchiveFixture()
    archive.signers = [archive.keys.foreign]
    try archive.publish()
    let report = try archive.report(status: 65)
    #expect(report.suites.isEmpty)
    #expect(report.error?.contains("InRelease: not signed by an accepted key") == true)
  }

  @Test func verboseSaysWhatWasDone() throws {
    let archive = try ArchiveFixture()
    let first = try archive.hash("--verbose")
    #expect(first.output.contains("bookworm 2025-11-01T12:00:00Z: 16 files"), "\(first)")
    #expect(first.output.contains("20 pieces") && first.output.contains("published"), "\(first)")
    let second = try archive.hash("--verbose")
    #expect(second.output.contains("nothing changed"), "\(second)")
  }

  @Test func quietSaysErrorsAlone() throws {
    let archive = try ArchiveFixture()
    try archive.drop(DebianPackage("adagio"))
    let missing = try archive.hash("--quiet")
    #expect(missing.status == 75 && missing.errors == "" && missing.output == "", "\(missing)")
    archive.signers = [archive.keys.foreign]
    try archive.publish()
    try archive.expectRefusal(65, saying: "not signed by an accepted key", by: ["--quiet"])
  }

  @Test func showAgreesWithWhatIsPublished() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let outcome = try Tool.command(["show", "fugue", "--config", archive.configuration]).run()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    let stanza = try PublishedSet(archive.published).stanza("fugue")
    for field in ["Filename", "Size", "SHA256", "Piece-Size", "Piece-Numbers", "Pieces-Root"] {
      #expect(outcome.output.value(of: field) == stanza.value(of: field), "\(field)")
    }
    #expect(outcome.output.value(of: "SHA256-Pieces") == stanza.value(of: "SHA256-Pieces"))
    let unknown = try Tool.command(["show", "gong", "--config", archive.configuration]).run()
    #expect(unknown.status == 66 && unknown.errors.contains("gong"), "\(unknown)")
  }

  @Test func pieceSizesCountsWhatRunsWouldNumber() throws {
    let archive = try ArchiveFixture()
    let outcome = try Tool.command(
      ["piece-sizes", "--config", archive.configuration, "--suite", "stable"]
    ).run()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    let row = outcome.output.split(separator: "\n").first { $0.contains(" 512 KiB") }
    #expect(row?.split(separator: " ").dropFirst(2).first == "20", "\(outcome)")
    #expect(!Files.exists(archive.state) && !Files.exists(archive.overlay))
  }
}

@Suite struct MirrorSyncTests {
  private func mark(_ archive: ArchiveFixture) throws -> String {
    let path = "\(archive.archive)/Archive-Update-in-Progress-mirror.example.org"
    try Files.write("", to: path)
    return path
  }

  @Test func waitsAndThenTriesLater() throws {
    let archive = try ArchiveFixture()
    let mark = try mark(archive)
    let begin = ContinuousClock.now
    try archive.expectRefusal(75, saying: mark, "in progress", by: ["--wait", "1"])
    #expect(ContinuousClock.now - begin >= .seconds(1))
    try archive.configure("Wait: 0")
    try archive.expectRefusal(75, saying: mark, "in progress")
  }

  @Test func goesOnWhenTheSyncEnds() throws {
    let archive = try ArchiveFixture()
    let mark = try mark(archive)
    let run = try archive.hashCommand(["--wait", "60"]).start()
    usleep(500_000)
    try Files.remove(mark)
    let outcome = try run.wait()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    try archive.expectSound()
  }

  @Test func aHookDoesNotWait() throws {
    let archive = try ArchiveFixture()
    _ = try mark(archive)
    try archive.hashInSilence("--hook", "--wait", "60")
    try archive.expectSound()
  }

  @Test func aHookFailsOnlyForWhatAnOperatorMustMend() throws {
    let archive = try ArchiveFixture()
    try archive.drop(DebianPackage("adagio"))
    let missing = try archive.hash("--hook")
    #expect(missing.status == 0 && missing.errors.contains("adagio"), "\(missing)")
    try Files.overwrite(
      "\(archive.archive)/\(DebianPackage("canon").path)", at: 900, with: [1, 2, 3, 4])
    let corrupt = try archive.hash("--hook")
    #expect(corrupt.status == 65 && corrupt.errors.contains("canon"), "\(corrupt)")
  }

  /// The first run stands still in its sign command, so there is no race.
  @Test func aSecondRunAtTheSameTimeNamesTheFirst() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    try archive.update()
    let (reached, go) = ("\(archive.directory)/reached", "\(archive.directory)/go")
    try Files.write(
      """
      #!/bin/sh
      touch \(reached)
      until [ -e \(go) ]; do sleep 0.05; done
      gpg --batch --yes --quiet -u \(archive.keys.operator_.fingerprint) --clearsign -o "$2" "$1"
      gpg --batch --yes --quiet -u \(archive.keys.operator_.fingerprint) -ab -o "$3" "$1"
      """, to: "\(archive.directory)/sign")
    try archive.configure("Sign-Command: sh \(archive.directory)/sign")
    let first = try archive.hashCommand().start()
    for _ in 0..<3000 where !Files.exists(reached) { usleep(10_000) }
    let second = try archive.hash()
    #expect(second.status == 75, "\(second)")
    #expect(second.errors.contains("\(archive.state)/lock"), "\(second)")
    #expect(second.errors.contains("process \(first.pid)"), "\(second)")
    let hook = try archive.hash("--hook")
    #expect(hook.status == 0, "\(hook)")
    try Files.write("", to: go)
    let outcome = try first.wait()
    #expect(outcome.status == 0 && outcome.errors == "", "\(outcome)")
    try archive.expectSound()
  }
}
