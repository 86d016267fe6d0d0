// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import Audit

@Suite("How far the reading of the pool is")
struct PoolProgressTests {
  private let state: String

  init() throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "audit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    state = directory.path
  }

  @Test("What was written is read back, suite by suite")
  func roundTrip() throws {
    var progress = PoolProgress()
    progress["/srv/a", "stable"].next = "ff"
    progress["/srv/a", "stable"].suspects = ["pool/a.deb"]
    progress["/srv/b", "stable"].unfinished = PoolProgress.Unfinished(
      start: "0", reached: "7f", percent: 5, since: "7d", began: "2025-11-01T12:00:00Z")
    try progress.write(state: state)
    let again = PoolProgress(state: state)
    #expect(again == progress)
    #expect(again["/srv/a", "stable"].position == PoolPosition(255))
    #expect(again["/srv/a", "testing"] == PoolProgress.Suite())
  }

  @Test(
    "Without a file that can be read, everything begins anew",
    arguments: ["", "nonsense", "{\"format\": 2, \"suites\": {}}", "{\"format\": 1}"])
  func damaged(text: String) throws {
    #expect(PoolProgress(state: state) == PoolProgress())
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(state)/verify.json"))
    #expect(PoolProgress(state: state) == PoolProgress())
  }

  @Test("The worst status of several is told: damage, then the disk, then what mends itself")
  func status() {
    #expect(AuditReport.worst([]) == 0)
    #expect(AuditReport.worst([0, 75]) == 75)
    #expect(AuditReport.worst([75, 66]) == 66)
    #expect(AuditReport.worst([75, 74]) == 74)
    #expect(AuditReport.worst([74, 65, 75]) == 65)
  }
}
