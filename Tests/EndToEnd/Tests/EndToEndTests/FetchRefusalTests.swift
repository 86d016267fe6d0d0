// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// What `archive-tool fetch` does not take, and what it says then.
///
/// Seeders have one thread: each keeps files open for a moment, and would go on with a replaced one.
@Suite struct FetchRefusalTests {
  private static let fugue = FetchTests.fugue

  private func expect(
    _ outcome: Outcome, _ status: Int32, _ words: String...,
    at place: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.status == status, "\(outcome)", sourceLocation: place)
    for word in words {
      #expect(outcome.errors.contains(word), "\(outcome)", sourceLocation: place)
    }
  }

  @Test func aFileWithOtherBytesThanTheIndexLists() throws {
    let (archive, seeder) = try FetchTests.served()
    let client = FetchClient(archive, seeder)
    let path = "\(archive.archive)/\(Self.fugue.path)"
    let right = try Files.read(path)
    var wrong = right
    wrong[600_000] ^= 1
    try Files.remove(path)
    try Files.write(wrong, to: path)
    _ = try seeder.wait(for: Self.fugue.path) { $0.content == wrong }
    expect(try client.run("fugue", "canon"), 65, "fugue", "\(seeder.url)/\(Self.fugue.path)")
    #expect(!Files.exists(client.path(of: Self.fugue)))
    // The other one came all the same.
    #expect(Files.exists(client.path(of: FetchTests.canon)))
    try Files.remove(path)
    try Files.write(right, to: path)
    _ = try seeder.wait(for: Self.fugue.path) { $0.content == right }
    let report = try client.fetch("fugue")
    try client.expectFetched(Self.fugue)
    // The good pieces stayed.
    #expect(report.totals.bytesPresent >= 524_288)
  }

  @Test func aFileThatTheMirrorLacks() throws {
    let (archive, seeder) = try FetchTests.served()
    let client = FetchClient(archive, seeder)
    try Files.remove("\(archive.archive)/\(Self.fugue.path)")
    _ = try seeder.wait(for: Self.fugue.path) { $0.status == 404 }
    expect(try client.run("fugue"), 66, "fugue", "404")
  }

  @Test func anIndexThatIsNotTheListedOne() throws {
    let archive = try ArchiveFixture()
    let seeder = try SeedProcess(archive, "--threads", "1")
    let client = FetchClient(archive, seeder)
    for name in Files.names(in: "\(archive.dists)/main/binary-amd64")
    where name.contains("Packages") {
      let path = "\(archive.dists)/main/binary-amd64/\(name)"
      var bytes = try Files.read(path)
      bytes[bytes.count / 2] ^= 1
      try Files.remove(path)
      try Files.write(bytes, to: path)
    }
    expect(try client.run("fugue"), 65, "Packages", "Release lists")
  }

  @Test func aReleaseOlderThanTheLast() throws {
    let archive = try ArchiveFixture()
    archive.release.advance(days: 5)
    try archive.publish()
    let seeder = try SeedProcess(archive, "--threads", "1")
    let client = FetchClient(archive, seeder)
    _ = try client.fetch("canon")
    archive.release.advance(days: -2)
    try archive.publish()
    let date = archive.release.date
    _ = try seeder.wait(for: "dists/bookworm/InRelease") { $0.text.contains(date) }
    expect(try client.run("fugue"), 65, "2025-11-04", "2025-11-06", "attack")
    #expect(!Files.exists(client.path(of: Self.fugue)))
  }

  @Test func anExpiredRelease() throws {
    let archive = try ArchiveFixture()
    archive.release.fields = "Valid-Until: \(ReleaseDates.past)\n"
    try archive.publish()
    let seeder = try SeedProcess(archive, "--threads", "1")
    expect(try FetchClient(archive, seeder).run("fugue"), 65, "valid until")
  }

  @Test func aReleaseThatNobodySigned() throws {
    let archive = try ArchiveFixture()
    archive.signers = []
    try archive.publish()
    let seeder = try SeedProcess(archive, "--threads", "1")
    let client = FetchClient(archive, seeder)
    expect(try client.run("fugue"), 65, "neither InRelease nor Release.gpg")
    #expect(try client.run("fugue", "--allow-unsigned").status == 0)
    try client.expectFetched(Self.fugue)
  }

  @Test func aReleaseThatWasChanged() throws {
    let archive = try ArchiveFixture()
    let path = "\(archive.dists)/InRelease"
    let text = try Files.text(path)
    try Files.remove(path)
    try Files.write(text.replacing("Label: Fixture", "Label: Fiction"), to: path)
    let seeder = try SeedProcess(archive, "--threads", "1")
    expect(try FetchClient(archive, seeder).run("fugue"), 65, "signature does not match")
  }

  /// Whoever does not trust the operator still has the archive; whoever asks for the overlay does
  /// not get something else.
  @Test func anOverlayByAnUnknownKey() throws {
    let (archive, seeder) = try FetchTests.served()
    var client = FetchClient(archive, seeder)
    client.keyrings = [archive.keys.archive.keyring]
    expect(try client.run("fugue"), 0, "overlay", "not signed by an accepted key")
    try client.expectFetched(Self.fugue)
    expect(
      try client.run("canon", "--overlay", "\(seeder.url)/overlay"), 65,
      "not signed by an accepted key")
  }

  @Test func aSuiteThatIsNotThere() throws {
    let archive = try ArchiveFixture()
    let seeder = try SeedProcess(archive, "--threads", "1")
    var client = FetchClient(archive, seeder)
    client.options = ["--suite", "sid"]
    expect(try client.run("fugue"), 66, "dists/sid", "neither InRelease nor Release")
  }

  @Test func aServerThatIsNotThere() throws {
    let archive = try ArchiveFixture()
    let seeder = try SeedProcess(archive, "--threads", "1")
    let client = FetchClient(archive, seeder)
    #expect(try seeder.stop().status == 0)
    expect(try client.run("fugue"), 75, "Connection refused")
  }

  @Test(arguments: [
    ["fugue", "--suite", "../etc"], ["fugue/../x"], ["f"],
    ["fugue", "--mirror", "ftp://localhost"],
    ["fugue", "--mirror", "http://user:word@localhost/"], ["fugue", "--upload-limit", "fast"],
    ["fugue", "--no-peers", "--no-web-seed"], ["fugue", "--order", "backwards"],
    ["fugue", "--tracker", "gopher://localhost"], ["fugue", "--peer", "localhost"],
    ["fugue", "--jobs", "0"],
  ])
  func whatCannotBeMeant(arguments: [String]) throws {
    let command = try Tool.command(
      ["fetch", "--mirror", "http://127.0.0.1:9", "--cache", "/nonexistent", "--allow-unsigned"]
        + arguments)
    #expect(try command.run().status == 64)
  }

  /// The disk of the files is full: what is verified stays, and is gone on from elsewhere.
  @Test func aFullDisk() throws {
    let (archive, seeder) = try FetchTests.served()
    let client = FetchClient(archive, seeder)
    try Files.makeDirectory(client.directory)
    var command = try client.command(["fugue"])
    let script = """
      mount -t tmpfs -o size=1m none \(client.directory)
      status=0
      "$@" || status=$?
      cp -a \(client.directory) \(client.directory).full
      exit $status
      """
    command.arguments =
      ["unshare", "--mount", "--map-root-user", "sh", "-e", "-c", script, "sh"] + command.arguments
    let outcome = try command.run()
    guard !outcome.errors.contains("unshare"), !outcome.errors.contains("mount:") else {
      throw FixtureError("no private mounts here, so disks cannot be tested: \(outcome)")
    }
    expect(outcome, 74, "No space left on device")
    try Files.remove(client.directory)
    try Files.move("\(client.directory).full", to: client.directory)
    let report = try client.fetch("fugue")
    try client.expectFetched(Self.fugue)
    #expect(report.totals.bytesPresent >= 524_288)
  }
}

/// Dates of Release files for tests that run at any time.
private enum ReleaseDates {
  static let past = "Mon, 03 Nov 2025 12:00:00 UTC"
}
