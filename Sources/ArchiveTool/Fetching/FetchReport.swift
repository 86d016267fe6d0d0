// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PackagesParser
internal import SwarmClient

/// What became of a fetch, as `--json` prints it.
struct FetchReport: Encodable {
  /// One file.
  struct File: Encodable {
    let package: String
    let version: String
    let architecture: String
    let filename: String
    let path: String
    let size: UInt64
    let sha256: String
    /// Nil where nobody numbered the file.
    let torrent: String?
    let pieces: Int
    /// Nil where the file is there.
    let error: String?
  }

  let files: [File]
  let totals: FetchMeter.Counts
  /// Verified bytes by where they came from, and whom there was trouble with.
  let swarm: SwarmTotals
  let seconds: Double

  init(
    _ jobs: [FetchJob], _ outcome: SwarmFetch.Outcome, totals: FetchMeter.Counts,
    elapsed: Duration
  ) {
    swarm = outcome.totals
    let errors = Dictionary(outcome.failures.map { ($0.job, "\($0.error)") }) { first, _ in first }
    files = jobs.map { job in
      File(
        package: job.file.package, version: job.file.version, architecture: job.file.architecture,
        filename: job.file.path.string, path: job.destination,
        size: job.file.content.size.rawValue, sha256: job.file.content.sha256.description,
        torrent: job.file.numbering?.torrent.id.description, pieces: job.file.pieces.count,
        error: errors[job])
    }
    self.totals = totals
    seconds = (elapsed.seconds * 1000).rounded() / 1000
  }
}
