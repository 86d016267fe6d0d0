// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PieceHasher
private import Synchronization

/// The reading step of a run: every pending file once, its outcome into the ledger and the tables.
struct PoolReading {
  let hasher: PieceHasher
  let ledger: Ledger
  let archive: RowID
  let context: RunContext

  // A batch is what a kill may cost: a few hundred small files, or one large one.
  private static let batchFiles = 256
  private static let batchBytes: UInt64 = 256 << 20

  /// Reads what `survey` found pending; missing and wrong files go into `report`.
  func run(_ survey: inout Survey, report: inout RunReport) async throws {
    let jobs = survey.pending.indices.map { index in
      let pending = survey.pending[index]
      let content = survey.contents.all[Int(pending.content)]
      return HashJob(
        id: index, path: pending.path, expected: content.id,
        base: survey.contents.torrents[Int(content.torrent)].base)
    }
    guard !jobs.isEmpty else { return }
    report.filesHashed = jobs.count
    report.bytesHashed = jobs.reduce(0) { $0 + $1.size.rawValue }
    let total = (bytes: report.bytesHashed, files: jobs.count)
    var batch: [(VerifiedContent, Int)] = []
    var batchBytes: UInt64 = 0
    let done = Mutex(0)
    try await hasher.run(jobs) { [observe = context.observe] progress in
      observe(
        .hashing(
          HashingProgress(
            bytes: progress.bytesRead.rawValue, totalBytes: total.bytes,
            files: done.withLock { $0 }, totalFiles: total.files, current: progress.path.string)))
    } completed: { job, outcome in
      done.withLock { $0 += 1 }
      if case .verified(let digests, let staleness) = outcome {
        let content = survey.contents.all[Int(survey.pending[job.id].content)].id
        batch.append((Self.verified(job, content, digests, staleness), job.id))
        batchBytes += job.size.rawValue
        if batch.count >= Self.batchFiles || batchBytes >= Self.batchBytes {
          try remember(&batch, in: &survey)
          batchBytes = 0
        }
      } else {
        judge(job, outcome, &survey, &report)
      }
    }
    try remember(&batch, in: &survey)
  }

  private func remember(
    _ batch: inout [(VerifiedContent, Int)], in survey: inout Survey
  ) throws {
    guard !batch.isEmpty else { return }
    let rows = try ledger.remember(batch.map(\.0), archive: archive)
    for ((verified, id), row) in zip(batch, rows) {
      survey.verified(survey.pending[id], row: row, root: verified.digests.root)
    }
    batch.removeAll(keepingCapacity: true)
    try context.reached(.remembered)
  }

  private static func verified(
    _ job: HashJob, _ content: ContentID, _ digests: FileDigests, _ staleness: StalenessKey
  ) -> VerifiedContent {
    VerifiedContent(
      path: job.path, content: content,
      digests: ContentDigests(
        root: digests.piecesRoot ?? .zero, pieceSize: digests.pieceSize,
        sha256Pieces: digests.sha256Pieces, sha1Pieces: digests.sha1Pieces,
        layer: digests.pieceLayer),
      staleness: staleness)
  }

  /// A file that is not what its index says: left out of what is published, and told of.
  private func judge(
    _ job: HashJob, _ outcome: HashOutcome, _ survey: inout Survey, _ report: inout RunReport
  ) {
    let pending = survey.pending[job.id]
    let content = survey.contents.all[Int(pending.content)]
    let known =
      content.numbers == nil ? "" : " (its bytes changed under an unchanged name and hash)"
    func problem(_ code: ExitCode, _ reason: String) {
      survey.failed(pending, .corrupt)
      report.problems.append("\(job.path): \(reason)")
      report.ask(for: code)
    }
    switch outcome {
    case .verified: break
    case .missing:
      survey.failed(pending, .missing)
    case .wrongSize(let actual):
      problem(.data, "has \(actual) bytes, the index says \(content.id.size)\(known)")
    case .wrongHash(let actual):
      problem(.data, "has SHA-256 \(actual), the index says \(content.id.sha256)\(known)")
    case .changedWhileRead:
      problem(.temporary, "changed while it was read")
    case .failed(let error):
      problem(error.code, error.reason)
    }
  }
}
