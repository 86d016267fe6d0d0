// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import Publisher
private import TorrentMetadata

/// Notes beside the ledger how each run goes, for the daemons to tell; the caller holds the lock.
///
/// A record that cannot be kept is no reason for a run to fail.
struct RunRecorder {
  private let directory: String
  private var history: RunHistory
  private var began: ArchiveDate

  /// Goes on with the record in `directory`, or anew where that cannot be read.
  init(directory: String) {
    self.directory = directory
    history = (try? RunHistory(directory: directory)) ?? RunHistory()
    began = Now.date
  }

  /// A run begins over a suite that is there.
  mutating func begin(_ suite: SuiteDirectory, askedAs name: String) {
    began = Now.date
    history.begin(suite.name, aliases: Self.others(name, suite), at: began)
    write()
  }

  /// A run ended with a report, whose dates are those of RFC 3339.
  mutating func end(_ report: RunReport, checksValidUntil: Bool) {
    var messages = report.problems
    if report.filesMissing > 0 {
      messages.append(
        "\(report.filesMissing) files are missing, as \(report.missing.first ?? "some")")
    }
    history.end(
      report.suite,
      RunHistory.Outcome(
        began: began, ended: Now.date, status: report.status, published: report.published,
        message: messages.isEmpty ? nil : messages.joined(separator: "; "),
        contentsNumbered: report.contentsNumbered, filesMissing: report.filesMissing),
      release: ArchiveDate(rfc3339: report.releaseDate),
      validUntil: checksValidUntil ? report.validUntil.flatMap { ArchiveDate(rfc3339: $0) } : nil)
    write()
  }

  /// A run over what was asked for as `name` failed. A suite that was never heard of is a slip of
  /// the hand, and is not remembered.
  mutating func end(_ name: String, _ error: ArchiveError) {
    guard let suite = history.suite(named: name) else { return }
    history.end(
      suite.name,
      RunHistory.Outcome(
        began: suite.running.map { ArchiveDate(seconds: $0) } ?? Now.date, ended: Now.date,
        status: error.code.rawValue, message: "\(error)"))
    write()
  }

  private static func others(_ name: String, _ suite: SuiteDirectory) -> [String] {
    suite.aliases + (name == suite.name || suite.aliases.contains(name) ? [] : [name])
  }

  private func write() {
    do throws(ArchiveError) {
      try history.write(to: directory)
    } catch {
      Terminal.complain("the run's outcome is not recorded: \(error)")
    }
  }
}
