// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// What an audit of one suite looked at and found; `--json` prints it as it is.
package struct AuditReport: Codable, Sendable {
  /// How much of the pool was read.
  package struct Pool: Codable, Sendable {
    /// Files that the archive's indices list, and their bytes.
    package var files = 0
    package var bytes: UInt64 = 0
    /// Files that were read.
    package var filesRead = 0
    package var bytesRead: UInt64 = 0
    /// Right, though touched since the last run of hash, which would read them again.
    package var touched = 0
    /// Whether an interrupted run was continued.
    package var resumed = false
    /// The share of all files that runs in a row have read since the last time all were, in percent.
    package var covered = 0
  }

  package let suite: String
  package let releaseDate: String?
  /// Of the published set.
  package var publishedDate: String?
  /// Published files, stanzas and contents of piece indices that were looked at.
  package var filesChecked = 0
  package var stanzasChecked = 0
  package var contentsChecked = 0
  package var objectsChecked = 0
  package var pool = Pool()
  package var findings: [Finding] = []
  /// What a repair did, or would do, beyond what the findings tell.
  package var repairs: [String] = []
  /// What could not be looked at, and why; no defect.
  package var notes: [String] = []

  package init(suite: String, releaseDate: ArchiveDate?) {
    self.suite = suite
    self.releaseDate = releaseDate?.description
  }

  /// The exit status that what is left asks for: damage outweighs a disk's failure, that outweighs
  /// what mends itself.
  package var status: Int32 { Self.worst(findings.filter { !$0.isMended }.map(\.status)) }

  /// The one status of several.
  package static func worst(_ codes: [Int32]) -> Int32 {
    let wanted = codes.filter { $0 != 0 }
    for code in [ExitCode.data, .io] where wanted.contains(code.rawValue) { return code.rawValue }
    return wanted.first { $0 != ExitCode.temporary.rawValue } ?? wanted.first ?? 0
  }
}
