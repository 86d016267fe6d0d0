// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import Testing

@testable import Seeder

/// Each warning of docs/operations.md, and when it is none.
@Suite("A seeder warns")
struct StatusConditionsTests {
  private static let day: Int64 = 86_400
  /// Of the clock.
  private static let now: Int64 = 100 * day

  private func codes(_ change: (inout StatusConditions) -> Void) -> [String] {
    var conditions = StatusConditions(now: ArchiveDate(seconds: Self.now))
    change(&conditions)
    return conditions.warnings.map(\.code)
  }

  private func runs(
    ended: Int64 = now - 60, status: Int32 = 0, published: Bool = true, release: Int64? = nil,
    validUntil: Int64? = nil
  ) -> RunHistory {
    var runs = RunHistory()
    runs.begin("bookworm", aliases: ["stable"], at: ArchiveDate(seconds: ended - 10))
    runs.end(
      "bookworm",
      RunHistory.Outcome(
        began: ArchiveDate(seconds: ended - 10), ended: ArchiveDate(seconds: ended),
        status: status, published: published, message: status == 0 ? nil : "it broke"),
      release: release.map { ArchiveDate(seconds: $0) },
      validUntil: validUntil.map { ArchiveDate(seconds: $0) })
    return runs
  }

  @Test("of nothing where all is well")
  func well() {
    #expect(codes { $0.runs = self.runs() } == [])
    #expect(codes { _ in } == [])
  }

  @Test("of a run that failed, with what it said")
  func failed() throws {
    var conditions = StatusConditions(now: ArchiveDate(seconds: Self.now))
    conditions.runs = runs(status: 65, published: false)
    let warning = try #require(conditions.warnings.first)
    #expect(warning.code == "run-failed")
    #expect(
      warning.text
        == "bookworm: the last run, which ended at 1970-04-10 23:59 UTC, failed with status 65: "
        + "it broke")
    #expect(warning.action.contains("archive-tool hash --suite bookworm"))
  }

  @Test("not of one that is to be tried again, before it has been so for long")
  func partial() {
    #expect(codes { $0.runs = self.runs(status: 75) } == [])
    let old = Self.now - 27 * 3600
    #expect(codes { $0.runs = self.runs(ended: old, status: 75) } == ["run-old"])
    var runs = self.runs(ended: old)
    runs.end(
      "bookworm",
      RunHistory.Outcome(
        began: ArchiveDate(seconds: Self.now), ended: ArchiveDate(seconds: Self.now), status: 75))
    #expect(codes { $0.runs = runs } == ["run-old"], "the last good one counts")
  }

  @Test("of runs that do not come, or do not end")
  func missing() {
    #expect(codes { $0.runs = self.runs(ended: Self.now - 25 * 3600) } == [])
    #expect(codes { $0.runs = self.runs(ended: Self.now - 27 * 3600) } == ["run-old"])
    var runs = self.runs()
    runs.begin("bookworm", at: ArchiveDate(seconds: Self.now - 3600))
    #expect(codes { $0.runs = runs } == [])
    runs.begin("bookworm", at: ArchiveDate(seconds: Self.now - 2 * Self.day))
    #expect(codes { $0.runs = runs } == ["run-stuck"])
  }

  @Test("of suites that it was told of, by any of their names, and of no others")
  func expected() {
    #expect(
      codes {
        $0.runs = self.runs()
        $0.expected = ["stable", "bookworm"]
      } == [])
    #expect(
      codes {
        $0.runs = self.runs()
        $0.expected = ["sid"]
      } == ["run-none"])
    #expect(
      codes {
        $0.runs = self.runs(status: 70, published: false)
        $0.expected = ["sid"]
        $0.hasLedger = false
      } == ["no-ledger"])
  }

  @Test("of a Release that expires, or has")
  func validity() {
    func release(_ days: Int64, until: Int64) -> [String] {
      codes {
        $0.runs = self.runs(
          release: Self.now - days * Self.day, validUntil: Self.now + until * Self.day)
      }
    }
    #expect(release(1, until: 6) == [])
    #expect(release(6, until: 1) == ["release-expires"])
    #expect(release(8, until: -1) == ["release-expired"])
    #expect(codes { $0.runs = self.runs(release: 0, validUntil: nil) } == [])
  }

  @Test("of what it cannot read or write")
  func troubles() {
    #expect(codes { $0.troubles[.ledger] = "damaged" } == ["ledger-unreadable"])
    #expect(codes { $0.troubles[.runs] = "damaged" } == ["runs-unreadable"])
    #expect(codes { $0.troubles[.certificate] = "no key" } == ["certificate"])
    #expect(codes { $0.accessLog = "disk full" } == ["access-log"])
    #expect(codes { $0.lacksOverlay = true } == ["no-overlay"])
    #expect(codes { $0.hasLedger = false } == ["no-ledger"])
    #expect(
      codes {
        $0.hasLedger = false
        $0.hasState = false
      } == [], "who names none wants none")
  }

  @Test("of files that have other bytes")
  func files() {
    #expect(
      codes {
        $0.different = 2
        $0.differentPaths = ["pool/a", "pool/b"]
      } == ["files-differ"])
  }

  @Test("of limits that are hit for minutes")
  func limits() {
    func limit(_ field: WritableKeyPath<Sample, UInt64>, minutes: Int) -> [String] {
      codes {
        for minute in 1...minutes {
          var sample = Sample(
            time: ArchiveDate(seconds: Self.now + Int64(minute) * 60), seconds: 60)
          sample[keyPath: field] = 1
          $0.series.append(sample, suites: [:])
        }
      }
    }
    #expect(limit(\.rejected, minutes: 4) == [])
    #expect(limit(\.rejected, minutes: 5) == ["connection-limit"])
    #expect(limit(\.peersRejected, minutes: 5) == ["peer-limit"])
    #expect(limit(\.throttled, minutes: 5) == ["upload-limit"])
    #expect(limit(\.peersThrottled, minutes: 5) == ["peer-upload-limit"])
  }

  @Test("in the tracker's words of its own")
  func tracker() {
    var status = TrackerStatus()
    status.memoryLimit = 100 << 20
    status.memory = 94 << 20
    #expect(status.warnings == [])
    status.memory = 95 << 20
    status.trouble = "it broke"
    #expect(status.warnings.map(\.code) == ["tracker-trouble", "tracker-memory"])
  }
}
