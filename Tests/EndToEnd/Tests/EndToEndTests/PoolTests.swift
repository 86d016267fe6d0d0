// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

/// Files of the pool that are not what their index says: left out, told of, and nothing else
/// suffers.
@Suite struct PoolTests {
  private static let adagio = DebianPackage("adagio", payload: 23_000)

  @Test func aMissingFileIsLeftOutUntilItComes() throws {
    let archive = try ArchiveFixture()
    try archive.drop(Self.adagio)
    try archive.expectLeftOut(
      ["adagio"], status: 75, saying: "1 files are missing", Self.adagio.path)
    let next = try #require(try PublishedSet(archive.published).torrents("amd64").first?.next)
    #expect(next == 11, "a file that is not there takes no number")
    try archive.add(Self.adagio)
    try archive.hashInSilence()
    let stanza = try PublishedSet(archive.published).stanza("adagio")
    #expect(stanza.value(of: "Piece-Numbers") == "\(next)")
  }

  enum Damage: String, CaseIterable, Sendable {
    case short, long, corrupt, empty
  }

  private func damage(_ path: String, _ damage: Damage) throws {
    let bytes = try Files.read(path)
    switch damage {
    case .short: try Files.write(Array(bytes.dropLast()), to: path)
    case .long: try Files.write(bytes + [0], to: path)
    case .empty: try Files.write([], to: path)
    case .corrupt:
      var bytes = bytes
      bytes[bytes.count / 2] ^= 1
      try Files.write(bytes, to: path)
    }
  }

  @Test(arguments: Damage.allCases) func aWrongFileIsLeftOut(damage: Damage) throws {
    let archive = try ArchiveFixture()
    let path = "\(archive.archive)/\(Self.adagio.path)"
    let good = try Files.read(path)
    try self.damage(path, damage)
    let says = damage == .corrupt ? "has SHA-256 " : "has \(try Files.size(path)) bytes"
    try archive.expectLeftOut(["adagio"], status: 65, saying: "\(Self.adagio.path): \(says)")
    let status = try TreeState.status(of: archive.overlay)
    try archive.expectLeftOut(["adagio"], status: 65, saying: Self.adagio.path)
    try expectUnchanged(archive.overlay, since: status)
    try Files.write(good, to: path)
    try archive.hashInSilence()
  }

  @Test func aWrongFileOfSeveralPiecesIsLeftOut() throws {
    let archive = try ArchiveFixture()
    let fugue = DebianPackage("fugue")
    try Files.overwrite("\(archive.archive)/\(fugue.path)", at: 900_000, with: [1, 2, 3, 4])
    try archive.expectLeftOut(["fugue"], status: 65, saying: fugue.path)
  }

  @Test func corruptOutweighsMissing() throws {
    let archive = try ArchiveFixture()
    try archive.drop(DebianPackage("adagio"))
    try damage("\(archive.archive)/\(DebianPackage("canon").path)", .corrupt)
    try archive.expectLeftOut(["adagio", "canon"], status: 65, saying: "adagio", "canon")
  }

  /// Same name, same size, same time of modification; the index still says the old hash.
  @Test func changedBytesUnderTheSameNameAreNeverRepublished() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let numbers = try archive.numbers()
    let path = "\(archive.archive)/\(Self.adagio.path)"
    let good = try Files.read(path)
    try Files.overwrite(path, at: 5_000, with: [1, 2, 3, 4])
    let outcome = try archive.hash()
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains("\(Self.adagio.path): has SHA-256"), "\(outcome)")
    #expect(outcome.errors.contains("changed under an unchanged name and hash"), "\(outcome)")
    #expect(try archive.hash().status == 65, "and again, until someone mends it")
    #expect(try archive.numbers() == numbers)
    try archive.expectSound()
    let stanza = try PublishedSet(archive.published).stanza("adagio")
    #expect(stanza.value(of: "Piece-Numbers") == nil)
    try Files.write(good, to: path)
    try archive.hashInSilence()
    #expect(
      try PublishedSet(archive.published).stanza("adagio").value(of: "Piece-Numbers") == "1")
    #expect(try archive.numbers() == numbers)
  }

  @Test(arguments: [false, true]) func aLinkOutOfTheArchiveIsNotFollowed(directory: Bool) throws {
    let archive = try ArchiveFixture()
    let outside = "\(archive.directory)/outside"
    let path = "\(archive.archive)/\(Self.adagio.path)"
    let folder = "\(archive.archive)/pool/main/a/adagio"
    // What lies outside is just what the index says: that it is outside is enough.
    if directory {
      try Files.move(folder, to: outside)
      try Files.link(folder, to: outside)
    } else {
      try Files.move(path, to: outside)
      try Files.link(path, to: "../../../../../outside")
    }
    try archive.expectLeftOut(
      ["adagio"], status: 65, saying: Self.adagio.path, "leads out of the archive")
  }

  @Test func aLinkWithinTheArchiveIsFollowed() throws {
    let archive = try ArchiveFixture()
    let path = "\(archive.archive)/\(Self.adagio.path)"
    try Files.move(path, to: "\(archive.archive)/pool/elsewhere.deb")
    try Files.link(path, to: "../../../elsewhere.deb")
    try archive.hashInSilence()
  }

  @Test func aDirectoryOrPipeInPlaceOfAFileIsLeftOut() throws {
    let archive = try ArchiveFixture()
    let (canon, duet) = (DebianPackage("canon"), DebianPackage("duet"))
    try archive.drop(canon, duet)
    try Files.makeDirectory("\(archive.archive)/\(canon.path)")
    try Command("mkfifo", "\(archive.archive)/\(duet.path)").check()
    try archive.expectLeftOut(["canon", "duet"], status: 65, saying: canon.path, duet.path)
  }

  /// strace holds the run for a while before its second read of the file, in which it changes.
  @Test func aFileReplacedWhileItIsReadIsTriedLater() throws {
    let archive = try ArchiveFixture()
    let fugue = DebianPackage("fugue")
    let path = "\(archive.archive)/\(fugue.path)"
    let log = "\(archive.directory)/strace"
    let good = try Files.read(path)
    var command = try archive.hashCommand(["--jobs", "1"])
    command.arguments =
      [
        "strace", "-f", "-o", log, "-P", path, "-e", "trace=read,pread64",
        "-e", "inject=read,pread64:delay_enter=1500000:when=2",
      ] + command.arguments
    let run = try command.start()
    for _ in 0..<3000 where (try? Files.text(log))?.contains("read") != true { usleep(10_000) }
    try Files.overwrite(path, at: 0, with: [0])
    let outcome = try run.wait()
    #expect(outcome.status == 75, "\(outcome)")
    #expect(outcome.errors.contains("\(fugue.path): changed while it was read"), "\(outcome)")
    try archive.expectSound()
    try Files.write(good, to: path)
    try archive.hashInSilence()
  }
}

/// One content, however often and under whatever names it is listed.
@Suite struct SameContentTests {
  @Test func oneNameWithTwoHashes() throws {
    let archive = try ArchiveFixture()
    let wrong = String(repeating: "ab", count: 32)
    try archive.edit { text in
      let stanza = text.stanzas.first { $0.value(of: "Package") == "canon" } ?? ""
      text +=
        stanza.replacing("Package: canon", "Package: canon-too")
        .replacing("SHA256: \(stanza.value(of: "SHA256") ?? "")", "SHA256: \(wrong)") + "\n\n"
    }
    try archive.publish()
    let outcome = try archive.hash()
    #expect(outcome.status == 65, "\(outcome)")
    #expect(outcome.errors.contains(DebianPackage("canon").path), "\(outcome)")
    #expect(outcome.errors.contains(wrong), "\(outcome)")
    try archive.expectSound()
    let published = try PublishedSet(archive.published)
    #expect(try published.stanza("canon").value(of: "Piece-Numbers") == "3")
    #expect(try published.stanza("canon-too").value(of: "Piece-Numbers") == nil)
    #expect(try archive.numbers().contains { $0.lowercased().contains(wrong) } == false)
  }

  @Test func oneHashUnderTwoNames() throws {
    let archive = try ArchiveFixture()
    let canon = DebianPackage("canon")
    let copy = "pool/main/a/a-canon.deb"
    try Files.write(
      try Files.read("\(archive.archive)/\(canon.path)"), to: "\(archive.archive)/\(copy)")
    try archive.edit { text in
      let stanza = text.stanzas.first { $0.value(of: "Package") == "canon" } ?? ""
      text +=
        stanza.replacing("Package: canon", "Package: a-canon").replacing(canon.path, copy)
        + "\n\n"
    }
    try archive.publish()
    let report = try archive.report().suites[0]
    #expect(report.files == 17 && report.filesHashed == 17 && report.contentsNumbered == 16)
    let published = try PublishedSet(archive.published)
    let numbers = try published.stanza("canon").value(of: "Piece-Numbers")
    #expect(try published.stanza("a-canon").value(of: "Piece-Numbers") == numbers)
    #expect(numbers == "1", "the smaller name decides, before adagio's directory")
    #expect(
      try published.index("main/binary-amd64/Packages-pieces").stanzas.count {
        $0.value(of: "SHA256") != nil && $0.value(of: "Piece-Numbers") == numbers
      } == 1)
    // One of the two gone, nothing changes for the other.
    try Files.remove("\(archive.archive)/\(copy)")
    try archive.republish()
    let after = try archive.report().suites[0]
    #expect(after.contentsNumbered == 0 && after.contentsRetired == 0 && after.filesHashed == 0)
    #expect(
      try PublishedSet(archive.published).stanza("canon").value(of: "Piece-Numbers") == numbers)
  }

  /// The same package in three suites, and in two components of each.
  @Test func oneNumberATorrentAndOneReading() throws {
    let archive = try ArchiveFixture()
    try archive.edit("contrib/binary-amd64/Packages") { text in
      let main = String(decoding: archive.indices[ArchiveFixture.amd64] ?? [], as: UTF8.self)
      text += (main.stanzas.first { $0.value(of: "Package") == "fugue" } ?? "") + "\n\n"
    }
    let suites = ["bookworm", "trixie", "sid"]
    for (suite, name) in zip(suites, ["stable", "testing", "unstable"]) {
      archive.suite = suite
      archive.release.suite = name
      archive.release.codename = suite
      try archive.publish()
    }
    var command = try archive.hashCommand(["--json", "--suite"] + suites)
    let log = "\(archive.directory)/strace"
    command.arguments =
      ["strace", "-f", "-o", log, "-e", "trace=openat,openat2"] + command.arguments
    let outcome = try command.run()
    #expect(outcome.status == 0, "\(outcome)")
    let opened = try Files.text(log).split(separator: "\n").filter {
      $0.contains("fugue_1.0_amd64.deb")
    }
    #expect(opened.count == 1, "\(opened)")
    for suite in suites {
      archive.suite = suite
      try archive.expectSound()
      let published = try PublishedSet(archive.published)
      let numbers = try published.stanza("fugue").value(of: "Piece-Numbers")
      #expect(pieceNumbers(numbers)?.count == 3)
      let contrib = "contrib/binary-amd64/Packages"
      #expect(try published.stanza("fugue", in: contrib).value(of: "Piece-Numbers") == numbers)
      #expect(published.torrents("amd64").first?.next == 12)
      for index in [contrib, ArchiveFixture.amd64] {
        let pieces = try published.index("\(index)-pieces").stanzas
        #expect(pieces.contains { $0.value(of: "Piece-Numbers") == numbers }, "\(index)")
      }
      // Of Architecture all, listed for amd64 and for arm64: in its own torrent and piece index.
      let largo = try published.stanza("largo-doc").value(of: "Piece-Numbers")
      #expect(
        try published.stanza("largo-doc", in: "main/binary-arm64/Packages")
          .value(of: "Piece-Numbers") == largo)
      #expect(!(try published.index("main/binary-amd64/Packages-pieces").contains("largo-doc")))
      #expect(try published.index("main/binary-all/Packages-pieces").contains("largo-doc"))
    }
    let ids = Set(
      try suites.map { suite -> String? in
        archive.suite = suite
        return try PublishedSet(archive.published).torrents("amd64").first?.id
      })
    #expect(ids.count == 3, "each suite has torrents of its own")
  }
}
