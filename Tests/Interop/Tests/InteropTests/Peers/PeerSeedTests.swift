// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Testing

/// Clients that people have fetch from `archive-tool seed`, with no web seed and nobody else to ask.
///
/// Each has an address of its own, for Transmission takes no peer of the loopback network.
@Suite(
  .enabled(
    if: TestNetwork.isAvailable, "network namespaces are needed, and so are root and iproute2"))
struct PeerSeedTests {
  /// One client, and what it is given to load.
  struct Case: Sendable, CustomTestStringConvertible {
    let client: PeerClient
    let form: ObjectForm
    let family: TestNetwork.Family

    var testDescription: String { "\(client.rawValue), \(form.rawValue), \(family.rawValue)" }

    static let all: [Case] = PeerClient.allCases.flatMap { client in
      forms.filter(client.takes).flatMap { form in
        TestNetwork.Family.allCases.map { Case(client: client, form: form, family: $0) }
      }
    }
    private static let forms: [ObjectForm] = [
      .v1File, .v1Magnet, .v2File, .v2Magnet, .hybridFile, .hybridMagnet,
    ]
  }

  /// A byte, a block and one more, a piece, and many; a name that has to be encoded.
  private static let packages = [
    "size-1", "size-16385", "size-524288", "size-4718669", "odd-plus",
  ]

  @Test(arguments: Case.all)
  func aClientFetchesPublishedTorrents(each: Case) async throws {
    let said = try await Wait.aside { () -> String? in
      let archive = try ObjectArchive.shared()
      let network = try TestNetwork()
      let seeder = try PeerSeeder(archive.configuration, on: network, each.family)
      let objects = try Self.objects(each.form, archive, seeder)
      let download = try each.client.start(
        objects, into: try Scratch.directory("leech"), on: .first, of: network)
      return try Self.wait(for: download, archive, seeder)
    }
    #expect(said == nil)
  }

  @Test func allOfThemFetchAtOnce() async throws {
    let said = try await Wait.aside { () -> [String] in
      let archive = try ObjectArchive.shared()
      let network = try TestNetwork()
      let seeder = try PeerSeeder(archive.configuration, on: network)
      let objects = try Self.objects(.v1File, archive, seeder)
      let hosts: [TestNetwork.Host] = [.first, .second, .first]
      let downloads = try zip(PeerClient.allCases, hosts).map { client, host in
        try client.start(
          objects, into: try Scratch.directory("leech"), on: host, of: network)
      }
      return try downloads.compactMap { try Self.wait(for: $0, archive, seeder) }
    }
    #expect(said.isEmpty, "\(said)")
  }

  /// Nil when everything came, and else what was said.
  private static func wait(
    for download: PeerDownload, _ archive: ObjectArchive, _ seeder: PeerSeeder
  ) throws -> String? {
    let files = try archive.files(of: packages)
    let bytes = try Dictionary(
      uniqueKeysWithValues: files.map { ($0.name, try Files.read("\(archive.root)/\($0.path)")) })
    // Transmission tries things once in some ten seconds.
    let isComplete = Wait.until(within: .seconds(120)) { download.holds(bytes) }
    return isComplete ? nil : "\(download.words)\n\(seeder.errors)"
  }

  private static func objects(
    _ form: ObjectForm, _ archive: ObjectArchive, _ seeder: PeerSeeder
  ) throws -> [String] {
    let tracker = ["--tracker", seeder.trackerURL]
    if form.isMagnet {
      let links = try archive.check(["magnet"] + packages + form.options + tracker)
      return links.split(separator: "\n").map(String.init)
    }
    return Array(try archive.torrents(of: packages, form, tracker).values)
  }
}
