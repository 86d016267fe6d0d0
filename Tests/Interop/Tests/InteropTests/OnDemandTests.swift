// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// What the seeder makes on demand is enough for a client that knows no peer.
@Suite struct OnDemandTests {
  private static let fugue = DebianPackage("fugue")

  private func served() throws -> (ArchiveFixture, Seeder, [UInt8]) {
    let archive = try ArchiveFixture()
    let outcome = try archive.hash()
    #expect(outcome.status == 0, "\(outcome)")
    let bytes = try Files.read("\(archive.archive)/\(Self.fugue.path)")
    return (archive, try Seeder(archive), bytes)
  }

  private func name() throws -> String {
    String(try #require(Self.fugue.path.split(separator: "/").last))
  }

  private static let libtorrent = """
    import libtorrent, sys, time
    session = libtorrent.session({"enable_dht": False, "enable_lsd": False, "enable_upnp": False,
      "enable_natpmp": False, "listen_interfaces": "127.0.0.1:0", "ssrf_mitigation": False,
      "alert_mask": 0})
    info = libtorrent.torrent_info(sys.argv[1])
    handle = session.add_torrent({"ti": info, "save_path": sys.argv[2], "url_seeds": [sys.argv[3]]})
    for _ in range(600):
        status = handle.status()
        if status.is_seeding:
            sys.exit(0)
        time.sleep(0.1)
    sys.exit(f"{status.progress} {status.state} {status.errc.message()}")
    """

  @Test(arguments: ["v1", "hybrid"]) func libtorrentLivesOnAWebSeedAlone(format: String) throws {
    let (archive, seeder, bytes) = try served()
    let target = try Scratch.directory()
    defer { Scratch.remove(target) }
    let url = "\(seeder.url)/\(Self.fugue.path)"
    try Command(
      "curl", "-q", "-sS", "-f", "--retry", "30", "--retry-delay", "1", "--retry-all-errors", "-o",
      "\(target)/t.torrent", "\(url).torrent?format=\(format)",
    ).check()
    try Command("/usr/bin/python3", "-c", Self.libtorrent, "\(target)/t.torrent", target, url)
      .check()
    #expect(try Files.read("\(target)/\(name())") == bytes)
    withExtendedLifetime(archive) {}
  }
}
