// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing
import TorrentMetadata

@testable import SwarmClient

@Suite("A Release tells of torrents") struct ReleaseTorrentsTests {
  private func torrents(_ fields: String) throws -> ReleaseTorrents {
    let text = """
      Suite: example
      Date: Thu, 01 Jan 2026 00:00:00 UTC
      \(fields)SHA256:

      """
    return try ReleaseTorrents(try ReleaseFile(Array(text.utf8), file: "Release"))
  }

  @Test("of which the highest generation counts")
  func generations() throws {
    let torrents = try torrents(
      """
      Torrents:
       15645388c3d40acbdb230f505176afb53e212b90 all 2 0 65 65 2026-11-25T10:00:00Z
       3525bfc9ad4ecf421029a68d508a48625801a3b5 all 1 0 113 113 2026-11-21T15:10:53Z

      """)
    let current = try #require(torrents.current["all"])
    #expect(current.id.description == "15645388c3d40acbdb230f505176afb53e212b90")
    #expect(current.generation == 2)
    #expect(current.next == PieceNumber(65))
    #expect(torrents.current.count == 1)
  }

  @Test("and of who has them, in schemes that are spoken here")
  func addresses() throws {
    let torrents = try torrents(
      """
      Torrent-Trackers: http://t.example/announce udp://t.example:6969 ws://t.example/ nonsense
      Torrent-Web-Seeds: http://w.example/debian/ ftp://w.example/

      """)
    #expect(torrents.trackers.map(\.scheme) == ["http", "udp"])
    #expect(torrents.webSeeds.map(\.string) == ["http://w.example/debian/"])
    #expect(torrents.current.isEmpty)
  }

  @Test(
    "in entries of seven words",
    arguments: [
      "Torrents: 15645388c3d40acbdb230f505176afb53e212b90 all 2 0 65 65\n",
      "Torrents: 1564 all 2 0 65 65 2026-11-25T10:00:00Z\n",
      "Torrents: 15645388c3d40acbdb230f505176afb53e212b90 all 2 66 65 65 2026-11-25T10:00:00Z\n",
      "Torrents: 15645388c3d40acbdb230f505176afb53e212b90 all two 0 65 65 2026-11-25T10:00:00Z\n",
      "Torrents: 15645388c3d40acbdb230f505176afb53e212b90 all 2 0 65 65 yesterday\n",
    ])
  func malformed(fields: String) {
    #expect(throws: ArchiveError.self) { try torrents(fields) }
  }
}
