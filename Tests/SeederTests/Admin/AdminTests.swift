// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Foundation
import HTTPMessages
import Ledger
import Seeder
import Testing

/// What a running seeder tells operators of what it did.
@Suite struct AdminTests {
  private func status(_ seeder: RunningSeeder) async throws -> SeederStatus {
    let admin = try #require(seeder.addresses.last)
    let reply = try await curl(url: "http://\(admin)/status")
    #expect(reply["Content-Type"] == "application/json")
    return try #require(StatusJSON.decode(SeederStatus.self, from: reply.text))
  }

  /// Asks again until `isDone`, for what comes with the next sample.
  private func status(
    _ seeder: RunningSeeder, until isDone: (SeederStatus) -> Bool
  ) async throws -> SeederStatus {
    for _ in 0..<500 {
      let status = try await status(seeder)
      if isDone(status) { return status }
      try await Task.sleep(for: .milliseconds(20))
    }
    throw CurlFailure(message: "the status does not become what it should")
  }

  @Test func bytesAreToldBySourceBySuiteAndByPackage() async throws {
    try await withPeerSeeder(sampleInterval: .milliseconds(50)) { known, port, seeder in
      let size = UInt64(TestArchive.packageBytes.count)
      for _ in 0..<3 { _ = try await curl(url: seeder.url(PeerArchive.small)) }
      let id = Hex.string(known.torrentID)
      #expect(try await curl(url: seeder.url("pieces/\(id)/0")).status == 200)
      _ = try await curl("-d", "0", url: seeder.url("pieces/\(id)"))
      _ = try await curl(url: seeder.url("dists/bookworm/InRelease"))
      let other = UInt64("of the archive\n".utf8.count)
      let frame: UInt64 = 16
      let status = try await status(seeder) { status in
        status.traffic.suites.reduce(0) { $0 + $1.lastHour } >= 5 * size + other
          && status.traffic.sources[0].lastHour >= 3 * size + other
      }
      #expect(status.traffic.sources.map(\.name) == ["files", "pieces", "peers"])
      #expect(status.traffic.sources.map(\.total) == [3 * size + other, 2 * size + frame, 0])
      #expect(status.traffic.sources.map(\.lastHour) == [3 * size + other, 2 * size + frame, 0])
      let suites = status.traffic.suites.map { ($0.name, $0.lastHour) }
      #expect(suites.map(\.0) == ["sid", "bookworm"])
      #expect(suites.map(\.1) == [5 * size, other])
      #expect(status.packages.wanted.map(\.path) == [PeerArchive.small])
      #expect(status.packages.wanted.map(\.requests) == [5])
      #expect(status.packages.wanted.map(\.bytes) == [5 * size])
      #expect(status.http.responsesTotal["200"] == 6, "what operators ask is not counted")
      #expect(status.torrents.map(\.suite) == ["sid"])
      #expect(status.torrents.map(\.livePieces) == [97])
      #expect(status.warnings == [])
    }
  }

  @Test func peersAreToldByProgramAlone() async throws {
    try await withPeerSeeder { known, port, seeder in
      let peer = try RawConnection(port: port)
      try peer.send(
        [19] + Array("BitTorrent protocol".utf8) + [UInt8](repeating: 0, count: 8)
          + known.smallHash + Array("-qB4650-abcdefghijkl".utf8))
      let status = try await status(seeder) {
        $0.peers.clients.contains { $0.name == "qBittorrent" }
      }
      #expect(status.peers.connections == 1)
      #expect(status.peers.ipv4 == 1)
      #expect(status.peers.networks == 1)
      let admin = try #require(seeder.addresses.last)
      for path in ["", "status", "metrics"] {
        let text = try await curl(url: "http://\(admin)/\(path)").text
        #expect(!text.contains(Hex.string(known.smallHash)), "not what it has")
        #expect(!text.contains("abcdefghijkl"))
      }
    }
  }

  @Test func thePageIsWholeAndPrivate() async throws {
    try await withPeerSeeder { _, _, seeder in
      let admin = try #require(seeder.addresses.last)
      let page = try await curl(url: "http://\(admin)/")
      #expect(page.status == 200)
      #expect(page["Content-Type"] == "text/html; charset=utf-8")
      #expect(page["Cache-Control"] == "no-store")
      #expect(page["Content-Security-Policy"]?.hasPrefix("default-src 'none'") == true)
      #expect(page.text.hasPrefix("<!DOCTYPE html>"))
      #expect(page.text.contains("Numbered torrents"))
      #expect(try await curl("-X", "POST", url: "http://\(admin)/").status == 405)
      #expect(try await curl("-I", url: "http://\(admin)/").content.isEmpty)
      #expect(try await curl(url: seeder.url("status")).status == 404, "not in public")
    }
  }

  @Test func runsAndWarningsAreToldToTheLog() async throws {
    let log = RecordingLog()
    func line(_ part: String) async throws -> String {
      for _ in 0..<500 {
        if let line = log.lines.first(where: { $0.contains(part) }) { return line }
        try await Task.sleep(for: .milliseconds(20))
      }
      throw CurlFailure(message: "the log has no '\(part)': \(log.lines)")
    }
    try await withPeerSeeder(sampleInterval: .milliseconds(20), logger: log.logger) {
      known, _, seeder in
      #expect(try await line("catalog loaded").hasPrefix("info "))
      func end(_ status: Int32) throws {
        var runs = try RunHistory(directory: known.state)
        let now = ArchiveDate(seconds: HTTPDate.now.seconds)
        runs.end(
          "sid", RunHistory.Outcome(began: now, ended: now, status: status, message: "a\nb"))
        try runs.write(to: known.state)
      }
      try end(70)
      #expect(try await line("run ended").hasPrefix("info run ended published=false seconds=0"))
      #expect(try await line("code=run-failed").hasPrefix("warning sid: the last run"))
      #expect(try await status(seeder).warnings.map(\.code) == ["run-failed"])
      try end(0)
      #expect(try await line("no longer so") == "notice no longer so code=run-failed")
      #expect(try await status(seeder).warnings == [])
      try Data("no record".utf8).write(to: URL(fileURLWithPath: "\(known.state)/runs.json"))
      #expect(try await line("code=runs-unreadable").hasPrefix("warning "))
    }
    #expect(log.lines.last?.hasPrefix("notice stopping") == true)
  }
}
