// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

/// Two mirrors of one archive, one of which numbers: their clients are one swarm.
@Suite struct OneSwarmTests {
  private static let fugue = DebianPackage("fugue", payload: 1_300_000)

  /// Clients of either mirror find each other by the tracker alone, and the one of the follower gets
  /// all its pieces from the other's.
  @Test func clientsOfTwoMirrorsTradePieces() throws {
    let archive = try ArchiveFixture()
    let port = try FreePort.next()
    try archive.configure("Torrent-Trackers: http://127.0.0.1:\(port)/announce")
    try archive.hashInSilence()
    let upstream = try SeedProcess(archive)
    let track = try Tool.command([
      "track", "--state", archive.state, "--config", archive.configuration, "--http",
      "127.0.0.1:\(port)",
    ]).start()
    defer {
      track.signal(SIGKILL)
      _ = try? track.wait()
    }
    try waitUntil { track.errorsSoFar.contains("listening on ") }
    let first = try SharingClient(archive, upstream, name: "first", ["fugue"], ["--share"])

    let mirror = try ArchiveFixture(mirroring: archive)
    try mirror.follow("\(upstream.url)/overlay")
    try mirror.hashInSilence()
    var follower = try SeedProcess(mirror)
    // A mirror that is started again is the same one.
    _ = try follower.stop()
    follower = try SeedProcess(mirror)
    try waitUntil { first.isListening && first.has(Self.fugue) }
    let second = try SharingClient(
      mirror, follower, name: "second", ["fugue"], ["--no-web-seed", "--share"],
      trusting: mirror.keys.foreign)
    try waitUntil { second.has(Self.fugue) }
    second.stop()
    first.stop()
    let (ours, theirs) = (try second.finish(), try first.finish())
    #expect(ours.files.first?.torrent == theirs.files.first?.torrent)
    #expect(ours.swarm.fromWeb == 0 && ours.swarm.fromPeers > 1_300_000 && ours.swarm.bad == 0)
  }
}
