// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Publisher

/// How an archive changes in a simulated time, and who follows it.
package struct YearSettings: Codable, Hashable, Sendable {
  package var days = 365
  /// How often the archive is updated and numbered; Debian's is four times.
  package var runsPerDay = 4
  /// Bytes that are replaced by new versions in a day, in percent of all: measured by apt-p2p in 2008.
  package var churn = 1.5
  /// Packages that are new after a year, in percent: Debian's main for amd64 grew from 19,091 in 2007
  /// to 63,440 in 2023, which is 7.5 % a year.
  package var growth = 7.5
  /// A generation ends when less of its span than this lives, in percent.
  package var liveShare = SuiteSettings().generationLiveShare
  /// The base, in bytes.
  package var pieceSize = PieceSize.defaultBase.rawValue
  /// Packages that a client has.
  package var clientPackages = 800
  package var seed: UInt64 = 1

  /// The defaults.
  package init() {}

  /// - Throws: `ArchiveError` (EX_USAGE) for the first value that cannot be.
  package func check(
    limits: SimulationLimits = SimulationLimits()
  ) throws(ArchiveError) {
    try Self.check(days, "days", 1...limits.days)
    try Self.check(runsPerDay, "runs a day", 1...limits.runsPerDay)
    try Self.check(churn, "percent of churn", 0...100)
    try Self.check(growth, "percent of growth", 0...1000)
    try Self.check(liveShare, "percent that live", 0...90)
    try Self.check(clientPackages, "packages of a client", 1...limits.files)
  }

  private static func check<T>(
    _ value: T, _ what: String, _ range: ClosedRange<T>
  ) throws(ArchiveError) {
    guard range.contains(value) else {
      throw ArchiveError(
        .usage, "\(value) \(what), expected \(range.lowerBound) to \(range.upperBound)")
    }
  }

  /// The base piece size.
  var base: PieceSize { PieceSize(rawValue: pieceSize) ?? .defaultBase }

  var runs: Int { days * runsPerDay }
}
