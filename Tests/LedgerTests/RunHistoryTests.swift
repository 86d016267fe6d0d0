// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Foundation
import Ledger
import Testing

@Suite("The record of runs")
struct RunHistoryTests {
  private let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func date(_ seconds: Int64) -> ArchiveDate { ArchiveDate(seconds: seconds) }

  private func outcome(_ ended: Int64, _ status: Int32 = 0) -> RunHistory.Outcome {
    RunHistory.Outcome(began: date(ended - 5), ended: date(ended), status: status)
  }

  @Test("tells whether a run is under way, and how it ended")
  func course() throws {
    var history = RunHistory()
    history.begin("bookworm", aliases: ["stable"], at: date(100))
    #expect(history.suite(named: "stable")?.running == 100)
    history.end("bookworm", outcome(110), release: date(50), validUntil: date(900))
    let suite = try #require(history.suite(named: "bookworm"))
    #expect(suite.running == nil)
    #expect(suite.succeeded == 110)
    #expect(suite.release == 50)
    #expect(suite.validUntil == 900)
  }

  @Test("remembers the last success and Release over a failure")
  func failure() throws {
    var history = RunHistory()
    history.end("sid", outcome(110), release: date(50), validUntil: date(900))
    history.end("sid", outcome(120, 65))
    let suite = try #require(history.suite(named: "sid"))
    #expect(suite.succeeded == 110)
    #expect(suite.validUntil == 900)
    #expect(suite.outcomes.map(\.status) == [0, 65])
  }

  @Test("is bounded in runs, suites and words")
  func bounded() throws {
    var history = RunHistory()
    for time in 0..<100 { history.end("sid", outcome(Int64(time))) }
    #expect(history.suites[0].outcomes.map(\.ended) == Array(70..<100))
    for number in 0..<100 { history.end("suite\(number)", outcome(Int64(1000 + number))) }
    #expect(history.suites.count == 64)
    #expect(history.suite(named: "sid") == nil, "the one that was not run for longest")
    #expect(history.suite(named: "suite99") != nil)
    let long = RunHistory.Outcome(
      began: date(0), ended: date(1), status: 70, message: String(repeating: "x", count: 9999))
    #expect(long.message?.count == 500)
  }

  @Test("is read back as it was written, and replaced whole")
  func file() throws {
    #expect(try RunHistory(directory: scratch.path) == RunHistory())
    var history = RunHistory()
    history.end("sid", outcome(110), release: date(50))
    try history.write(to: scratch.path)
    history.end("sid", outcome(120, 75))
    try history.write(to: scratch.path)
    #expect(try RunHistory(directory: scratch.path) == history)
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.path) == ["runs.json"])
  }

  @Test("is refused where it is something else", arguments: ["", "{}", "[1]", "{\"suites\": 3}"])
  func damaged(_ text: String) throws {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(scratch.path)/runs.json"))
    #expect { try RunHistory(directory: scratch.path) } throws: { error in
      (error as? ArchiveError)?.code == .data
    }
  }
}
