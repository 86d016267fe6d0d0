// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Glibc
import Testing

/// `archive-tool track` beside `hash`, asked by curl.
@Suite struct TrackerTests {
  /// A tracker that was started, and where it listens.
  private struct Tracker {
    let process: RunningCommand
    let url: String
    let admin: String

    init(_ archive: ArchiveFixture, _ arguments: [String] = []) throws {
      process = try Tool.command(
        [
          "track", "--state", archive.state, "--config", archive.configuration, "--http",
          "127.0.0.1:0", "--udp", "127.0.0.1:0", "--admin", "127.0.0.1:0",
        ] + arguments
      ).start()
      let process = process
      // The last of the lines that it prints when all is open.
      try waitUntil { process.errorsSoFar.contains(" (admin)\n") }
      func address(_ line: some RegexComponent<(Substring, Substring)>) throws -> String {
        String(try #require(process.errorsSoFar.firstMatch(of: line)).output.1)
      }
      url = try address(/listening on (http:\S+)\n/)
      admin = try address(/listening on (http:\S+) \(admin\)/)
    }

    /// The answer to an announce of a peer that listens on `port`.
    func announce(_ hash: String, port: Int, _ more: String = "") throws -> String {
      var escaped = ""
      for (index, digit) in hash.enumerated() {
        escaped += index % 2 == 0 ? "%\(digit)" : "\(digit)"
      }
      return try get("\(url)/announce?info_hash=\(escaped)&port=\(port)&compact=0\(more)")
    }

    func get(_ url: String) throws -> String {
      let bytes = try Command("curl", "--silent", "--show-error", "--fail", url).check()
      return String(decoding: bytes.map { $0 < 0x80 ? $0 : 0x3F }, as: UTF8.self)
    }

    /// Ends it as systemd does.
    func stop() throws -> Outcome {
      process.signal(SIGTERM)
      return try process.wait(within: .seconds(20))
    }
  }

  private static let unknown = String(repeating: "ab", count: 20)

  private func torrent(_ archive: ArchiveFixture) throws -> String {
    let set = try PublishedSet(archive.published)
    return try #require(set.torrents("amd64").first).id
  }

  /// Both info hashes of a package's hybrid torrent, the second one truncated.
  private func hybridHashes(_ archive: ArchiveFixture, _ package: String) throws -> [String] {
    let outcome = try Tool.command(
      ["magnet", package, "--format", "hybrid", "--config", archive.configuration]
    ).run()
    let link = outcome.output
    let first = try #require(link.firstMatch(of: /btih:([0-9a-f]{40})/), "\(outcome)")
    let second = try #require(link.firstMatch(of: /btmh:1220([0-9a-f]{40})/))
    return [String(first.output.1), String(second.output.1)]
  }

  @Test func answersForWhatIsHandedOutAndNothingElse() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let tracker = try Tracker(archive)
    let id = try torrent(archive)
    for hash in [id] + (try hybridHashes(archive, "fugue")) {
      #expect(try tracker.announce(hash, port: 7001).contains("5:peersle"), "\(hash)")
      #expect(try tracker.announce(hash, port: 7002).contains("4:porti7001e"), "\(hash)")
    }
    #expect(
      try tracker.announce(Self.unknown, port: 7001)
        .contains("14:failure reason40:this tracker does not serve this torrent"))
    let statistics = try tracker.get("\(tracker.admin)/stats")
    #expect(statistics.contains("\(archive.suite) amd64 (numbered)"), "\(statistics)")
    #expect(statistics.contains(DebianPackage("fugue").path))
    let outcome = try tracker.stop()
    #expect(outcome.status == 0, "\(outcome)")
  }

  @Test func picksUpARunAndLosesNoSwarm() throws {
    let archive = try ArchiveFixture()
    try Command("mkdir", "-p", archive.state).check()
    let tracker = try Tracker(archive)
    #expect(tracker.process.errorsSoFar.contains("no ledger yet"))
    try archive.hashInSilence()
    let id = try torrent(archive)
    try waitUntil { try !tracker.announce(id, port: 7001).contains("failure") }
    let old = try #require(try hybridHashes(archive, "ballad").first)
    try waitUntil { try !tracker.announce(old, port: 7001).contains("failure") }

    try archive.update()
    try archive.hashInSilence()
    let new = try #require(try hybridHashes(archive, "ballad").first)
    #expect(new != old)
    try waitUntil { try !tracker.announce(new, port: 7001).contains("failure") }
    #expect(try tracker.announce(id, port: 7002).contains("4:porti7001e"))
    #expect(try tracker.stop().status == 0)
  }

  @Test func aRestartLosesNoSwarm() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let id = try torrent(archive)
    let first = try Tracker(archive)
    _ = try first.announce(id, port: 7001, "&left=0&event=completed")
    #expect(try first.stop().status == 0)
    #expect(Files.exists("\(archive.state)/tracker.snapshot"))
    let second = try Tracker(archive)
    let answer = try second.announce(id, port: 7002)
    #expect(answer.contains("8:completei1e10:downloadedi1e") && answer.contains("4:porti7001e"))
    #expect(try second.stop().status == 0)
  }

  @Test func aDamagedSnapshotIsReportedAndNotFatal() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    try Files.write(Array("ATSWARM1 and no more".utf8), to: "\(archive.state)/tracker.snapshot")
    let tracker = try Tracker(archive)
    #expect(tracker.process.errorsSoFar.contains("tracker.snapshot (byte "))
    #expect(try tracker.announce(try torrent(archive), port: 7001).contains("5:peersle"))
    #expect(try tracker.stop().status == 0)
  }

  @Test func seedRunsOneToo() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    let process = try Tool.command([
      "seed", "--config", archive.configuration, "--state", archive.state, "--http", "127.0.0.1:0",
      "--tracker-http", "127.0.0.1:0", "--tracker-udp", "127.0.0.1:0", "--admin", "127.0.0.1:0",
    ]).start()
    try waitUntil {
      ["listening on http:", "tracker on http:", "tracker on udp:"].allSatisfy {
        process.errorsSoFar.contains($0)
      }
    }
    let tracker = try #require(process.errorsSoFar.firstMatch(of: /tracker on (http:\S+)\n/))
    let answer = try Command("curl", "--silent", "\(tracker.output.1)/announce").check()
    #expect(answer.starts(with: Array("d14:failure reason".utf8)))
    let seeder = try #require(process.errorsSoFar.firstMatch(of: /listening on (http:\S+)\n/))
    let package = "\(seeder.output.1)/\(DebianPackage("fugue").path)"
    #expect(try Command("curl", "--silent", "--fail", package).check().starts(with: "!<arch>".utf8))
    let line = try #require(process.errorsSoFar.firstMatch(of: /admin on (http:\S+)\n/))
    let metrics = try Command("curl", "--silent", "--fail", "\(line.output.1)/metrics").check()
    let text = String(decoding: metrics, as: UTF8.self)
    #expect(
      text.contains("\ntracker_answers_total{") && text.contains("\narchive_tool_open_files "))
    let statistics = try Command("curl", "--silent", "--fail", "\(line.output.1)/stats").check()
    #expect(String(decoding: statistics, as: UTF8.self).contains("0 peers in 0 of "))
    process.signal(SIGTERM)
    #expect(try process.wait(within: .seconds(20)).status == 0)
  }

  @Test func theConfigurationSaysWhatTheTrackerTells() throws {
    let archive = try ArchiveFixture()
    try archive.hashInSilence()
    try archive.configure("Tracker-Own-Seeds: 127.0.0.1:6881\nTracker-Interval: 10")
    let tracker = try Tracker(archive)
    let answer = try tracker.announce(try torrent(archive), port: 7001)
    #expect(answer.contains("4:porti6881e"), "\(answer)")
    let interval = try #require(answer.firstMatch(of: /8:intervali(\d+)e/)?.output.1)
    #expect((540...660).contains(try #require(Int(interval))))
    #expect(try tracker.stop().status == 0)
  }

  @Test func refusesWhatCannotBe() throws {
    let archive = try ArchiveFixture()
    for (arguments, status) in [
      (["track"], 64), (["track", "--open", "--http", "localhost:1"], 64),
      (["track", "--open", "--udp", "127.0.0.1:0", "--interval", "99"], 64),
      (["track", "--http", "127.0.0.1:0", "--state", "/nowhere"], 66),
    ] as [([String], Int32)] {
      let outcome = try Tool.command(arguments + ["--config", archive.configuration]).run()
      #expect(outcome.status == status, "\(arguments): \(outcome)")
    }
  }
}
