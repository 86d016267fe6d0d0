// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

/// Several of `archive-tool fetch`, and other peers, around one archive.
@Suite struct SwarmTests {
  /// The packages of the amd64 torrent that the template has in main.
  private static let names = [
    "adagio", "ballad", "canon", "duet", "etude", "gavotte", "hornpipe", "jig", "fugue",
  ]
  private static let fugue = DebianPackage("fugue", payload: 1_300_000)

  private func seeded() throws -> (ArchiveFixture, SeedProcess) {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    return (archive, try SeedProcess(archive))
  }

  // MARK: Another implementation

  @Test func aSecondImplementationGivesAllOfATorrent() throws {
    let (archive, mirror) = try seeded()
    let peers = try NumberedPeers(archive, ["honest", "honest"])
    let report = try SharingClient(
      archive, mirror, Self.names, peers.options + ["--no-web-seed"]
    ).finish()
    #expect(report.files.count == Self.names.count)
    #expect(report.swarm.fromWeb == 0 && report.swarm.fromPeers > 1_300_000)
    #expect(report.swarm.banned == 0 && report.swarm.bad == 0)
    #expect(report.swarm.connected == 2)
  }

  @Test func oneInThreePeersLiesAndEveryFileEndsRight() throws {
    let (archive, mirror) = try seeded()
    let natures = [
      "honest", "honest", "bad-blocks", "honest", "honest", "bad-leaves", "honest", "honest",
      "garbage", "honest",
    ]
    let peers = try NumberedPeers(archive, natures)
    let report = try SharingClient(
      archive, mirror, Self.names, peers.options + ["--no-web-seed"]
    ).finish()
    let accounts = try peers.accounts()
    let liars = accounts.filter { $0.nature != "honest" }
    #expect(report.files.count == Self.names.count)
    #expect(report.swarm.banned == liars.count)
    #expect(liars.allSatisfy { $0.asked > 0 && $0.connections == 1 }, "\(accounts)")
    #expect(report.swarm.bad <= UInt64(liars.count * 16_384))
    #expect(liars.allSatisfy { $0.sent <= 16_384 }, "\(accounts)")
    #expect(report.swarm.bad > 0)
  }

  @Test(arguments: ["false-bitfield", "false-haves"])
  func whoClaimsWhatItDoesNotHaveHoldsNothingUp(nature: String) throws {
    let (archive, mirror) = try seeded()
    let peers = try NumberedPeers(archive, [nature, "honest", "honest"])
    let report = try SharingClient(
      archive, mirror, Self.names, peers.options + ["--no-web-seed"]
    ).finish()
    let accounts = try peers.accounts()
    #expect(report.files.count == Self.names.count)
    #expect(report.swarm.bad == 0)
    #expect(accounts[0].asked > 0 && accounts[0].sent == 0, "\(accounts)")
  }

  // MARK: An update

  /// One client waits for what only a client of the next index will have, and that one takes from
  /// clients of the index before.
  @Test func clientsOfTwoIndicesTradeInOneSwarm() throws {
    let (archive, mirror) = try seeded()
    let waiting = ["duet", "fugue", "hornpipe"]
    let first = try SharingClient(
      archive, mirror, name: "first", ["etude", "fugue"], ["--share"])
    try waitUntil { first.isListening && first.has(Self.fugue) }
    let second = try SharingClient(
      archive, mirror, name: "second", waiting,
      ["--share", "--no-web-seed", "--peer", first.listening])
    try waitUntil { second.has(Self.fugue) }

    try archive.update()
    try archive.hashInSilence()
    let third = try SharingClient(
      archive, mirror, name: "third", ["ballad", "polka", "fugue", "duet", "hornpipe"],
      [
        "--share", "--peer", first.listening, "--peer", second.listening, "--download-limit",
        "300K",
      ])
    let (duet, hornpipe) = (Self.small("duet"), Self.small("hornpipe"))
    try waitUntil { second.has(duet) && second.has(hornpipe) }
    let newer = [DebianPackage("ballad", "1.1", payload: 21_000), DebianPackage("polka")]
    try waitUntil { (newer + [Self.fugue, duet, hornpipe]).allSatisfy { third.has($0) } }

    for client in [third, second, first] { client.stop() }
    let (new, old) = (try third.finish(), try second.finish())
    #expect(new.files.contains { $0.package == "ballad" && $0.version == "1.1" })
    #expect(new.swarm.fromPeers > 0, "an old client gives to a new one")
    #expect(old.swarm.fromWeb == 0 && old.swarm.fromPeers > 1_300_000)
    // With each of the others once: nobody connected again.
    #expect(
      old.swarm.connected == 2 && new.swarm.connected == 2, "\(old.swarm), \(new.swarm)")
    #expect(try first.finish().swarm.banned == 0)
  }

  // MARK: What was there before

  @Test func filesOfAnEarlierFetchAreShared() throws {
    let (archive, mirror) = try seeded()
    let names = ["duet", "fugue"]
    _ = try SharingClient(archive, mirror, name: "early", names).finish()
    let early = try SharingClient(archive, mirror, name: "early", names, ["--share"])
    try waitUntil { early.isListening }
    let late = try SharingClient(
      archive, mirror, name: "late", names, ["--no-web-seed", "--peer", early.listening]
    ).finish()
    #expect(late.swarm.fromWeb == 0 && late.swarm.fromPeers > 1_300_000)
    early.stop()
    let report = try early.finish()
    #expect(report.files.count == names.count)
    #expect(report.swarm.fromWeb == 0 && report.swarm.fromPeers == 0)
  }

  // MARK: What goes

  /// By a peer that shares no code with the program.
  @Test func whatLeavesThePoolIsTakenBackFromWhoIsConnected() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let port = try FreePort.next()
    let mirror = try SeedProcess(archive, "--threads", "1", "--peer", "127.0.0.1:\(port)")
    let numbers = try PublishedSet(archive.published).stanza("etude").value(of: "Piece-Numbers")
    let watcher = try Withdrawals(archive, port: port)
    try waitUntil { watcher.lines.first == "connected" }
    try archive.update()
    try archive.hashInSilence()
    let number = try #require(numbers)
    try waitUntil { watcher.lines.contains(number) }
    #expect(watcher.lines.count >= 2)
    #expect(try mirror.stop().status == 0)
  }

  private static func small(_ name: String) -> DebianPackage {
    DebianPackage(name, payload: 5_000 + 3_000 * name.count)
  }

  // MARK: Servers that end

  private enum Role: CaseIterable { case tracker, seeder, webSeed }

  /// All three are there at first, each a process of its own, and one of them dies.
  @Test(arguments: Role.allCases)
  private func aServerMayDieInMidDownload(role: Role) throws {
    let archive = try ArchiveFixture()
    let ports = (tracker: try FreePort.next(), peer: try FreePort.next())
    let tracker = "http://127.0.0.1:\(ports.tracker)/announce"
    try archive.configure("Torrent-Trackers: \(tracker)")
    try archive.hashInSilence()
    let web = try SeedProcess(archive)
    // Its own HTTP is nobody's: it is a peer, and announces itself.
    let seeder = try SeedProcess(archive, "--peer", "127.0.0.1:\(ports.peer)")
    let track = try Tool.command([
      "track", "--state", archive.state, "--config", archive.configuration, "--http",
      "127.0.0.1:\(ports.tracker)",
    ]).start()
    defer {
      track.signal(SIGKILL)
      _ = try? track.wait()
    }
    try waitUntil { track.errorsSoFar.contains("listening on ") }
    let client = try SharingClient(
      archive, web, ["fugue"],
      ["--peer", "127.0.0.1:\(ports.peer)", "--download-limit", "300K"])
    try waitUntil { client.isUnderWay(Self.fugue) }
    switch role {
    case .tracker: track.signal(SIGKILL)
    case .seeder: seeder.signal(SIGKILL)
    case .webSeed: web.signal(SIGKILL)
    }
    #expect(!client.has(Self.fugue))
    let report = try client.finish()
    #expect(report.files.count == 1 && report.swarm.bad == 0)
    if role == .webSeed { #expect(report.swarm.fromMirrorPeer > 0) }
    if role == .seeder { #expect(report.swarm.fromWeb > 0) }
  }
}
