// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Glibc
import Testing

/// `archive-tool fetch` from our own seeder: what is asked for, and what it goes on from.
///
/// Seeders have one thread: each keeps files open for a moment, and would go on with a replaced one.
@Suite struct FetchTests {
  static let fugue = DebianPackage("fugue", payload: 1_300_000)
  static let nocturne = DebianPackage("nocturne-doc", architecture: "all", payload: 600_000)
  static let canon = DebianPackage("canon", payload: 20_000)

  /// A published archive, served.
  static func served(_ lines: String = "") throws -> (ArchiveFixture, SeedProcess) {
    let archive = try ArchiveFixture()
    try archive.configure(lines)
    #expect(try archive.hash().status == 0)
    let seeder = try SeedProcess(archive, "--threads", "1")
    try seeder.waitForCatalog()
    return (archive, seeder)
  }

  @Test func packagesComeWholeAndNumbered() throws {
    let (archive, seeder) = try Self.served()
    let client = FetchClient(archive, seeder)
    let report = try client.fetch("fugue", "nocturne-doc", "canon")
    try client.expectFetched(Self.fugue, Self.nocturne, Self.canon)
    #expect(report.files.map(\.pieces) == [3, 2, 1])
    #expect(report.files.map(\.architecture) == ["amd64", "all", "amd64"])
    #expect(Set(report.files.compactMap(\.torrent)).count == 2)
    #expect(report.totals.bytesFromWebSeeds == report.totals.bytesWanted)
    #expect(report.totals.bytesWasted == 0)
    #expect(report.totals.filesDone == 3)
  }

  @Test func whatIsThereIsNotFetchedAgain() throws {
    let (archive, seeder) = try Self.served()
    let client = FetchClient(archive, seeder)
    _ = try client.fetch("fugue", "canon")
    let inode = try Files.inode(client.path(of: Self.fugue))
    let report = try client.fetch("fugue", "canon")
    #expect(report.totals.bytesPresent == report.totals.bytesWanted)
    #expect(report.totals.bytesFromWebSeeds == 0)
    #expect(try Files.inode(client.path(of: Self.fugue)) == inode)
  }

  @Test func indicesAreFetchedOnce() throws {
    let archive = try ArchiveFixture()
    #expect(try archive.hash().status == 0)
    let log = "\(archive.directory)/access.log"
    let seeder = try SeedProcess(archive, "--threads", "1", "--access-log", log)
    let client = FetchClient(archive, seeder)
    _ = try client.fetch("fugue")
    _ = try client.fetch("canon")
    #expect(try seeder.stop().status == 0)
    let lines = try Files.text(log).split(separator: "\n")
    #expect(lines.filter { $0.contains("/InRelease") && $0.contains(" 304 ") }.count == 1)
    // One for each component and architecture.
    #expect(lines.filter { $0.contains("main/binary-amd64/by-hash") }.count == 1)
  }

  @Test func anArchiveWithoutAnOverlay() throws {
    let archive = try ArchiveFixture()
    let seeder = try SeedProcess(archive, "--threads", "1")
    let client = FetchClient(archive, seeder)
    let report = try client.fetch("fugue", "largo-doc")
    try client.expectFetched(Self.fugue)
    #expect(report.files.allSatisfy { $0.torrent == nil && $0.pieces == 1 })
  }

  /// The stanzas have numbers alone, so the piece index tells the hashes.
  @Test func piecesComeFromThePieceIndexAndItGrows() throws {
    let archive = try ArchiveFixture()
    try archive.configure("Fields: numbers")
    #expect(try archive.hash().status == 0)
    let log = "\(archive.directory)/access.log"
    let seeder = try SeedProcess(archive, "--threads", "1", "--access-log", log)
    let client = FetchClient(archive, seeder)
    #expect(try client.fetch("fugue").files.map(\.pieces) == [3])
    try archive.add(DebianPackage("rondo", payload: 1_200_000))
    try archive.scan()
    archive.release.advance()
    try archive.publish()
    #expect(try archive.hash().status == 0)
    // The seeder looks at an open file again after a while.
    let date = archive.release.date
    _ = try seeder.wait(for: "overlay/dists/bookworm/InRelease") { $0.text.contains(date) }
    #expect(try client.fetch("rondo").files.map(\.pieces) == [3])
    try client.expectFetched(Self.fugue, DebianPackage("rondo", payload: 1_200_000))
    #expect(try seeder.stop().status == 0)
    let lines = try Files.text(log).split(separator: "\n").filter { $0.contains("-pieces.gz") }
    #expect(lines.filter { $0.contains(" 206 ") }.count == 1, "\(lines)")
  }

  @Test func versionsArchitecturesAndSuitesAreNamed() throws {
    let (archive, seeder) = try Self.served()
    var client = FetchClient(archive, seeder)
    let report = try client.fetch("fugue=1.0", "kujawiak:arm64", "canon/stable", "ballad=1.0:amd64")
    #expect(report.files.map(\.package).sorted() == ["ballad", "canon", "fugue", "kujawiak"])
    let missing = try client.run("fugue=2.0", "kujawiak:armhf", "waltz")
    #expect(missing.status == 66)
    for name in ["'fugue=2.0'", "'kujawiak:armhf'", "'waltz'"] {
      #expect(missing.errors.contains(name), "\(missing)")
    }
    client.options = ["--suite", "bookworm", "--architecture", "arm64", "--component", "main"]
    #expect(try client.fetch("kujawiak").files.map(\.architecture) == ["arm64"])
    #expect(try client.run("impromptu").status == 66)
  }

  @Test func kujawiakIsFoundWithItsArchitecture() throws {
    let (archive, seeder) = try Self.served()
    var client = FetchClient(archive, seeder)
    client.options += ["--architecture", "amd64", "arm64"]
    #expect(try client.fetch("kujawiak").files.map(\.architecture) == ["arm64"])
  }

  @Test func namesComeFromStandardInput() throws {
    let (archive, seeder) = try Self.served()
    let client = FetchClient(archive, seeder)
    let outcome = try client.command(["-"], input: "# music\nfugue\n\ncanon\n").run()
    #expect(outcome.status == 0 && outcome.errors == "" && outcome.output == "", "\(outcome)")
    try client.expectFetched(Self.fugue, Self.canon)
  }

  @Test(arguments: ["Upload-Rate-Per-Connection: 300K", ""])
  func aKilledFetchGoesOn(limit: String) throws {
    let (archive, seeder) = try Self.served(limit)
    let client = FetchClient(archive, seeder)
    let running = try client.command(["fugue"]).start()
    // A piece is there, or all is.
    let partial = client.path(of: Self.fugue) + ".partial"
    for _ in 0..<5000 where !Files.exists(client.path(of: Self.fugue)) {
      if let size = try? Files.size(partial), size >= 524_288 { break }
      usleep(2000)
    }
    running.signal(SIGKILL)
    _ = try running.wait()
    let report = try client.fetch("fugue")
    try client.expectFetched(Self.fugue)
    if !limit.isEmpty { #expect(report.totals.bytesPresent >= 524_288) }
    #expect(
      report.totals.bytesPresent + report.totals.bytesFromWebSeeds == report.totals.bytesWanted)
  }
}
