// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Glibc
import Testing

/// Clients that stay while the archive changes, or their own files do.
@Suite struct SwarmRefreshTests {
  private static let fugue = DebianPackage("fugue", payload: 1_300_000)
  private static let impromptu = DebianPackage("impromptu", component: "contrib")

  private static func small(_ name: String) -> DebianPackage {
    DebianPackage(name, payload: 5_000 + 3_000 * name.count)
  }

  private func seeded() throws -> (ArchiveFixture, SeedProcess) {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    return (archive, try SeedProcess(archive))
  }

  private func numbers(
    of package: String, in archive: ArchiveFixture, index: String = ArchiveFixture.amd64
  ) throws -> [UInt32] {
    let set = try PublishedSet(archive.published)
    let text = try #require(set.stanza(package, in: index).value(of: "Piece-Numbers"))
    let ends = text.split(separator: "-").compactMap { UInt32($0) }
    return Array(try #require(ends.first)...(try #require(ends.last)))
  }

  /// How many requests of an access log have `name` in them, and got `status`.
  private static func requests(_ name: String, _ status: Int, in log: String) -> Int {
    let lines = (try? Files.text(log))?.split(separator: "\n") ?? []
    return lines.count { $0.contains(name) && $0.contains(" \(status) ") }
  }

  // MARK: An update

  /// Two packages are new and two are gone, under two clients that share and a stranger at each.
  @Test func anUpdateReachesWhoShares() throws {
    let (archive, mirror) = try seeded()
    let names = ["etude", "ballad", "fugue"]
    let files = [Self.small("etude"), Self.small("ballad"), Self.fugue]
    let first = try SharingClient(archive, mirror, name: "first", names, ["--share"])
    try waitUntil { first.isListening && files.allSatisfy { first.has($0) } }
    let second = try SharingClient(
      archive, mirror, name: "second", names,
      ["--share", "--no-web-seed", "--peer", first.listening])
    try waitUntil { files.allSatisfy { second.has($0) } }
    let gone = try numbers(of: "etude", in: archive) + numbers(of: "ballad", in: archive)
    let watchers = [
      try Withdrawals(archive, port: first.port), try Withdrawals(archive, port: second.port),
    ]
    for watcher in watchers { try waitUntil { watcher.lines.first == "connected" } }

    try archive.update()
    try archive.hashInSilence()
    // The first learns of the newer index by this one's word, and the second by the first's.
    let third = try SharingClient(
      archive, mirror, name: "third", ["polka", "ballad", "fugue"],
      ["--share", "--peer", first.listening, "--download-limit", "300K"])
    for watcher in watchers {
      try waitUntil { Set(gone.map { "\($0)" }).isSubset(of: watcher.lines) }
    }
    let newer = [DebianPackage("ballad", "1.1", payload: 21_000), DebianPackage("polka")]
    try waitUntil { (newer + [Self.fugue]).allSatisfy { third.has($0) } }
    for watcher in watchers { #expect(watcher.lines.count == 1 + gone.count) }
    third.stop()
    let report = try third.finish()
    #expect(report.swarm.fromPeers > 0)
    // Both strangers are still connected.
    for watcher in watchers { #expect(watcher.lines.count == 1 + gone.count) }
    for client in [second, first] {
      client.stop()
      #expect(try client.finish().files.count == names.count)
    }
    for watcher in watchers { try waitUntil { watcher.lines.last == "closed" } }
  }

  /// The archive, as a peer, names numbers whose index is not published yet.
  @Test func anIndexThatComesAfterItsNumbersIsFound() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let log = "\(archive.directory)/access.log"
    let peer = "127.0.0.1:\(try FreePort.next())"
    let mirror = try SeedProcess(archive, "--threads", "1", "--access-log", log, "--peer", peer)
    let client = try SharingClient(archive, mirror, ["canon"], ["--share", "--peer", peer])
    func looks(_ status: Int) -> Int { Self.requests("/InRelease ", status, in: log) }
    try waitUntil { client.isListening && looks(200) == 1 }
    try archive.update()
    #expect(try archive.hash(dyingAt: .numbered).status == 128 + 9)
    try waitUntil { looks(304) >= 1 }
    try archive.hashInSilence()
    try waitUntil { looks(200) >= 2 }
    #expect(client.errors.isEmpty)
    client.stop()
    #expect(try client.finish().files.count == 1)
  }

  /// A Release that is as it was costs one request, and of a piece index that was read once only what is
  /// new is fetched.
  @Test func lookingCostsLittle() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let log = "\(archive.directory)/access.log"
    let mirror = try SeedProcess(archive, "--threads", "1", "--access-log", log)
    let client = try SharingClient(archive, mirror, ["canon"], ["--share", "--refresh", "1"])
    func requests(_ name: String, _ status: Int) -> Int { Self.requests(name, status, in: log) }
    try waitUntil { requests("/InRelease", 304) >= 3 }
    #expect(requests("/InRelease", 200) == 1)
    #expect(requests("Packages-pieces", 200) == 0)
    try archive.update()
    try archive.hashInSilence()
    try waitUntil { Files.exists(client.cached("main/binary-amd64/Packages-pieces.gz")) }
    try archive.add(DebianPackage("rondo"))
    try archive.scan()
    archive.release.advance()
    try archive.publish()
    try archive.hashInSilence()
    try waitUntil { requests("Packages-pieces.gz", 206) == 1 }
    client.stop()
    #expect(try client.finish().files.count == 1)
    #expect(client.errors.isEmpty)
  }

  /// The archive without a package, and then with it again, whose pieces have other numbers for it was
  /// the first.
  private func takeOutAndBack(_ archive: ArchiveFixture) throws {
    let index = "contrib/binary-amd64/Packages"
    let before = try numbers(of: "impromptu", in: archive, index: index)
    try archive.drop(Self.impromptu)
    for _ in 0..<2 {
      try archive.scan()
      archive.release.advance()
      try archive.publish()
      try archive.hashInSilence()
      try archive.add(Self.impromptu)
    }
    #expect(try numbers(of: "impromptu", in: archive, index: index) != before)
  }

  /// What the newer client says to have is remembered, and known after a look at the index.
  @Test func aNumberThatIsLearntIsFetched() throws {
    let (archive, mirror) = try seeded()
    let first = try SharingClient(archive, mirror, name: "first", ["fugue"], ["--share"])
    try waitUntil { first.isListening && first.has(Self.fugue) }
    let old = try SharingClient(
      archive, mirror, name: "old", ["impromptu", "fugue"],
      ["--share", "--no-web-seed", "--download-limit", "100K", "--peer", first.listening])
    try waitUntil { old.isUnderWay(Self.fugue) }
    try takeOutAndBack(archive)
    let new = try SharingClient(
      archive, mirror, name: "new", ["impromptu"], ["--share", "--peer", old.listening])
    try waitUntil { old.has(Self.impromptu) && old.has(Self.fugue) }
    for client in [new, old, first] { client.stop() }
    let report = try old.finish()
    #expect(report.swarm.fromWeb == 0 && report.swarm.fromMirrorPeer == 0)
    #expect(report.swarm.connected == 2)
    #expect(try new.finish().swarm.fromWeb > 0)
    _ = try first.finish()
  }

  @Test func aNumberThatIsLearntIsServed() throws {
    let (archive, mirror) = try seeded()
    let old = try SharingClient(archive, mirror, name: "old", ["impromptu"], ["--share"])
    try waitUntil { old.isListening && old.has(Self.impromptu) }
    try takeOutAndBack(archive)
    let new = try SharingClient(
      archive, mirror, name: "new", ["impromptu"], ["--no-web-seed", "--peer", old.listening])
    let report = try new.finish()
    #expect(report.swarm.fromWeb == 0 && report.swarm.fromPeers > 20_000)
    old.stop()
    #expect(try old.finish().files.count == 1)
  }

  /// Too few of a torrent's numbers live, and what is left is numbered anew, in another torrent.
  @Test func aNewGenerationIsTraded() throws {
    let (archive, mirror) = try seeded()
    let old = try SharingClient(
      archive, mirror, name: "old", ["impromptu"], ["--share", "--refresh", "1"])
    try waitUntil { old.isListening && old.has(Self.impromptu) }
    for package in GenerationTests.most { try archive.drop(package) }
    try archive.republish()
    try archive.hashInSilence("--allow-mass-retire")
    #expect(try PublishedSet(archive.published).torrents("amd64").map(\.generation) == [1, 2])
    try waitUntil {
      Files.exists(old.cached("contrib/binary-amd64/Packages-pieces.gz"))
    }
    let report = try SharingClient(
      archive, mirror, name: "new", ["impromptu"], ["--no-web-seed", "--peer", old.listening]
    ).finish()
    #expect(report.swarm.fromWeb == 0 && report.swarm.fromPeers > 20_000)
    old.stop()
    #expect(try old.finish().files.count == 1)
    #expect(old.errors.isEmpty)
  }

  private enum Attack: String, CaseIterable {
    case replayed = "attack"
    case expired = "valid until"
  }

  /// What is known stays, and that is said once.
  @Test(arguments: Attack.allCases)
  private func aReleaseThatIsRefusedChangesNothing(attack: Attack) throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let log = "\(archive.directory)/access.log"
    let mirror = try SeedProcess(archive, "--threads", "1", "--access-log", log)
    let release = "\(archive.published)/InRelease"
    let yesterday = try Files.read(release)
    try archive.update()
    try archive.hashInSilence()
    let today = try Files.read(release)
    let client = try SharingClient(
      archive, mirror, ["fugue"], ["--share", "--refresh", "1"])
    try waitUntil { client.isListening && client.has(Self.fugue) }
    let watcher = try Withdrawals(archive, port: client.port)
    try waitUntil { watcher.lines.first == "connected" }
    try Files.write(attack == .replayed ? yesterday : expired(archive), to: release)
    /// Looks that got a Release other than the one that was known.
    func replays() -> Int { Self.requests("overlay/dists/bookworm/InRelease", 200, in: log) }
    try waitUntil { replays() >= 4 }
    #expect(client.errors.contains("no newer index of bookworm"))
    #expect(client.errors.contains(attack.rawValue), "\(client.errors)")
    #expect(client.errors.split(separator: "\n").count { $0.contains("no newer index") } == 1)
    try Files.write(today, to: release)
    #expect(watcher.lines == ["connected"])
    client.stop()
    #expect(try client.finish().files.count == 1)
    #expect(try mirror.stop().status == 0)
  }

  /// The Release of today, valid until a day that has been.
  private func expired(_ archive: ArchiveFixture) throws -> [UInt8] {
    let directory = "\(archive.directory)/expired"
    let text = try Files.text("\(archive.published)/Release")
    try Files.write(
      "Valid-Until: Sat, 01 Nov 2025 00:00:00 UTC\n" + text, to: "\(directory)/Release")
    try archive.keys.sign(directory, by: [archive.keys.operator_])
    return try Files.read("\(directory)/InRelease")
  }

  // MARK: What is shared

  @Test func aSharedFileThatIsGoneIsTakenBack() throws {
    let (archive, mirror) = try seeded()
    let client = try SharingClient(
      archive, mirror, name: "early", ["duet", "fugue"], ["--share"])
    try waitUntil { client.isListening && client.has(Self.fugue) && client.has(Self.small("duet")) }
    let watcher = try Withdrawals(archive, port: client.port)
    try waitUntil { watcher.lines.first == "connected" }
    try Files.remove(client.path(of: Self.fugue))
    let late = try SharingClient(
      archive, mirror, name: "late", ["duet", "fugue"], ["--peer", client.listening])
    let report = try late.finish()
    #expect(report.files.count == 2 && report.swarm.banned == 0)
    let lost = try numbers(of: "fugue", in: archive).map { "\($0)" }
    try waitUntil { watcher.lines.count == 1 + lost.count }
    #expect(Set(watcher.lines.dropFirst()) == Set(lost))
    #expect(client.errors.contains("fugue") && client.errors.contains("not shared any more"))
    client.stop()
  }
}
