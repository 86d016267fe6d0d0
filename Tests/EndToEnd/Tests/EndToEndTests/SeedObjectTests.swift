// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Torrents, metalinks and padding that the daemon makes.
@Suite struct SeedObjectTests {
  private static let fugue = DebianPackage("fugue")

  private func served(_ lines: String) throws -> (ArchiveFixture, SeedProcess) {
    let archive = try ArchiveFixture()
    try archive.configure(lines)
    #expect(try archive.hash().status == 0)
    let seeder = try SeedProcess(archive)
    try seeder.waitForCatalog()
    return (archive, seeder)
  }

  private static let addresses = """
    Torrent-Web-Seeds: http://mirror.example.org/debian/
    Torrent-Trackers: http://tracker.example.org/announce
    Metalink-Mirrors: http://one.example.org/debian/
    """

  @Test(arguments: ["v1", "v2", "hybrid"])
  func torrentsAreThoseOfTheCommandLine(format: String) throws {
    let (archive, seeder) = try served(Self.addresses)
    let made = try Tool.command([
      "torrent", "--config", archive.configuration, "--format", format, "--directory",
      archive.directory, "fugue",
    ]).run()
    #expect(made.status == 0, "\(made)")
    let reply = try seeder.get(
      "\(Self.fugue.path).torrent?format=\(format)", "-H", "Host: evil.example.net")
    #expect(reply.status == 200)
    #expect(reply["Content-Type"] == "application/x-bittorrent")
    let name = try #require(Self.fugue.path.split(separator: "/").last)
    #expect(reply.content == (try Files.read("\(archive.directory)/\(name).torrent")))
    let tag = try #require(reply["ETag"])
    let again = try seeder.get(
      "\(Self.fugue.path).torrent?format=\(format)", "-H", "If-None-Match: \(tag)")
    #expect(again.status == 304)
  }

  @Test func metalinksAndLinksNameConfiguredAddressesAlone() throws {
    let (_, seeder) = try served(Self.addresses)
    let reply = try seeder.get("\(Self.fugue.path).meta4", "-H", "Host: evil.example.net")
    #expect(reply.status == 200)
    #expect(reply["Content-Type"] == "application/metalink4+xml")
    #expect(reply.text.contains("http://one.example.org/debian/\(Self.fugue.path)"))
    #expect(!reply.text.contains("evil"))
    let links = try seeder.get(Self.fugue.path)["Link"] ?? ""
    #expect(links.contains("<http://one.example.org/debian/\(Self.fugue.path)>; rel=duplicate"))
    #expect(links.contains("\(Self.fugue.path).meta4>; rel=describedby"))
    #expect(links.contains("\(Self.fugue.path).torrent>; rel=describedby"))
  }

  @Test func theNameThatWasAskedForComesFirst() throws {
    let (_, seeder) = try served(
      "Torrent-Web-Seeds: http://one.example.org/debian/ http://two.example.org:8080/debian/")
    let (one, two) = ("http://one.example.org/debian/", "http://two.example.org:8080/debian/")
    for (host, first) in [
      ("one.example.org", one), ("ONE.example.org:80", one), ("two.example.org:8080", two),
      ("two.example.org", one), ("evil.example.net", one),
    ] {
      for object in ["torrent", "meta4"] {
        let text = try seeder.get("\(Self.fugue.path).\(object)", "-H", "Host: \(host)").text
        let places = try [one, two].map { try #require(text.firstRange(of: $0)).lowerBound }
        #expect((places[0] < places[1]) == (first == one), "\(host) \(object)")
        #expect(!text.contains("evil"))
      }
    }
  }

  @Test func thereAreNoneOfWhatIsNotKnown() throws {
    let (_, seeder) = try served("")
    #expect(try seeder.get("pool/none.deb.torrent").status == 404)
    #expect(try seeder.get("dists/bookworm/InRelease.torrent").status == 404)
    #expect(try seeder.get("\(Self.fugue.path).torrent?format=v3").status == 404)
    #expect(try seeder.get("\(Self.fugue.path).torrent").status == 200)
    #expect(try seeder.get("\(Self.fugue.path).meta4").status == 404, "no address is known")
    #expect(try seeder.get(Self.fugue.path)["Link"] == nil)
  }

  @Test(arguments: [".pad", "overlay/.pad"])
  func paddingIsZeros(path: String) throws {
    let (_, seeder) = try served("")
    let pad = try seeder.get("\(path)/200000")
    #expect(pad.status == 200)
    #expect(pad.content == [UInt8](repeating: 0, count: 200_000))
    let part = try seeder.get("\(path)/200000", "-r", "199990-")
    #expect(part.status == 206)
    #expect(part.content.count == 10)
    #expect(try seeder.get("\(path)/99999999999").status == 404)
  }
}
