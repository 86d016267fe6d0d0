// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Testing

/// What `verify --json` prints, as far as it is promised.
struct AuditReport: Decodable {
  struct Finding: Decodable {
    let kind: String
    let file: String
    let problem: String
    let advice: String
    let status: Int
    let repair: String?
    let isMended: Bool
  }

  struct Pool: Decodable {
    let files: Int
    let filesRead: Int
    let bytesRead: Int
    let touched: Int
    let resumed: Bool
    let covered: Int
  }

  struct Suite: Decodable {
    let suite: String
    let filesChecked: Int
    let stanzasChecked: Int
    let contentsChecked: Int
    let objectsChecked: Int
    let pool: Pool
    let findings: [Finding]
    let repairs: [String]
  }

  let suites: [Suite]
  let error: String?
}

extension ArchiveFixture {
  /// `archive-tool verify` with this archive's configuration and `arguments`, not yet run.
  func verifyCommand(_ arguments: [String]) throws -> Command {
    try Tool.command(["verify", "--config", configuration] + arguments)
  }

  /// A run that reads everything, and must find nothing.
  func expectVerified(
    _ arguments: String..., at place: SourceLocation = #_sourceLocation
  ) throws {
    let outcome = try verifyCommand(["--percent", "100"] + arguments).run()
    #expect(
      outcome.status == 0 && outcome.output == "" && outcome.errors == "", "\(outcome)",
      sourceLocation: place)
  }

  /// A run that reads everything, must end with `status`, and say each of `words` in a line.
  @discardableResult
  func expectFound(
    _ words: String..., status: Int32 = 65, by arguments: [String] = [],
    at place: SourceLocation = #_sourceLocation
  ) throws -> Outcome {
    let outcome = try verifyCommand(["--percent", "100"] + arguments).run()
    #expect(outcome.status == status, "\(outcome)", sourceLocation: place)
    for word in words {
      #expect(outcome.errors.contains(word), "\(word): \(outcome)", sourceLocation: place)
    }
    #expect(outcome.output == "", sourceLocation: place)
    return outcome
  }

  /// Runs with `--json` and returns what it says of the one suite.
  func audit(
    _ arguments: String..., status: Int32 = 0, at place: SourceLocation = #_sourceLocation
  ) throws -> AuditReport.Suite {
    let outcome = try verifyCommand(["--json"] + arguments).run()
    #expect(outcome.status == status, "\(outcome)", sourceLocation: place)
    let report = try JSONDecoder().decode(AuditReport.self, from: Data(outcome.bytes))
    return try #require(report.suites.first, sourceLocation: place)
  }

  /// Changes the ledger behind the program's back; `pack` and `unpack` are for members.
  func damageLedger(_ sql: String) throws {
    let script = """
      import gzip, sqlite3, sys
      ledger = sqlite3.connect(sys.argv[1])
      ledger.create_function("unpack", 1, lambda data: gzip.decompress(data).decode())
      ledger.create_function("pack", 1, lambda text: gzip.compress(text.encode(), mtime=0))
      ledger.execute(sys.argv[2])
      ledger.commit()
      """
    try Command("/usr/bin/python3", "-c", script, "\(state)/ledger.sqlite", sql).check()
  }
}
