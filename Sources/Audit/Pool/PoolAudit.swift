// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PieceHasher
internal import Publisher
private import Synchronization

/// Reads a share of the pool and judges each file by the signed index, going on where an interrupted
/// run ended.
struct PoolAudit {
  let suite: String
  let settings: SuiteSettings
  let options: AuditOptions
  let archive: ArchiveRoot
  let ledger: Ledger
  let context: RunContext
  let listing: ArchiveListing
  /// Base piece sizes of the torrents, by architecture.
  let bases: [String: PieceSize]

  var findings: [Finding] = []
  var report = AuditReport.Pool()
  var mendable: [Mendable] = []

  /// What a repair can do about one file, without touching it.
  enum Mendable {
    /// Bad: nothing is to be served of it by hash.
    case forget(path: String)
    /// Right: the ledger is to know it by its new key, or its right pieces.
    case remember(VerifiedContent)
  }

  // A batch is what a kill may cost: some hundred small files, or one large one.
  private static let batchFiles = 256
  private static let batchBytes: UInt64 = 256 << 20

  init(
    suite: String, settings: SuiteSettings, options: AuditOptions, archive: ArchiveRoot,
    ledger: Ledger, context: RunContext, listing: ArchiveListing, bases: [String: PieceSize]
  ) {
    self.suite = suite
    self.settings = settings
    self.options = options
    self.archive = archive
    self.ledger = ledger
    self.context = context
    self.listing = listing
    self.bases = bases
  }

  mutating func run() async throws {
    var progress = PoolProgress(state: settings.state)
    var state = progress[archive.path, suite]
    report.files = listing.files.count
    report.bytes = listing.files.reduce(0) { $0 + $1.content.size.rawValue }
    let present = lookAtAll()
    var unfinished = begin(&state)
    let arc = PoolArc(
      start: PoolPosition(UInt64(unfinished.start, radix: 16) ?? 0), percent: unfinished.percent)
    let reached = UInt64(unfinished.reached, radix: 16) ?? 0
    let suspects = Set(state.suspects)
    let due = try present.filter { try isDue($0, arc, reached, suspects) }
      .sorted { a, b in
        (PoolPosition(a.content).distance(from: arc.start), a.path)
          < (PoolPosition(b.content).distance(from: arc.start), b.path)
      }
    let hasher = try hasher()
    let archiveRow = try ledger.findArchive(path: archive.path)
    var left = due[...]
    var read: UInt64 = 0
    let total = (bytes: due.reduce(0) { $0 + $1.content.size.rawValue }, files: due.count)
    var bad: Set<String> = []
    while !left.isEmpty {
      let batch = Self.nextBatch(&left)
      let done = (bytes: read, files: due.count - left.count - batch.count)
      bad.formUnion(
        try await readBatch(batch, hasher, archiveRow) { [observe = context.observe] progress in
          observe(
            .hashing(
              HashingProgress(
                bytes: done.bytes + progress.bytesRead.rawValue, totalBytes: total.bytes,
                files: done.files, totalFiles: total.files, current: progress.path.string)))
        })
      read += batch.reduce(0) { $0 + $1.content.size.rawValue }
      // What was bad and was not read yet stays so.
      let seen = Set(due.dropLast(left.count).map(\.path.string))
      state.suspects = suspects.subtracting(seen).union(bad).sorted()
      if let last = batch.last {
        let distance = PoolPosition(last.content).distance(from: arc.start)
        unfinished.reached = String(max(distance, reached), radix: 16)
      }
      state.unfinished = unfinished
      progress[archive.path, suite] = state
      try progress.write(state: settings.state)
    }
    state.suspects = bad.sorted()
    finish(&state, arc)
    progress[archive.path, suite] = state
    try progress.write(state: settings.state)
  }

  /// Continues an interrupted run that was asked for the same, or begins the next share.
  private mutating func begin(_ state: inout PoolProgress.Suite) -> PoolProgress.Unfinished {
    let percent = options.since == nil ? options.percent : 100
    if let old = state.unfinished, old.percent == percent, old.since == options.sinceText,
      !options.restarts
    {
      report.resumed = true
      return old
    }
    let start = options.since == nil ? state.next : "0"
    return PoolProgress.Unfinished(
      start: start, reached: "0", percent: percent, since: options.sinceText,
      began: "\(context.now)")
  }

  private mutating func finish(_ state: inout PoolProgress.Suite, _ arc: PoolArc) {
    state.unfinished = nil
    guard options.since == nil else { return }
    state.next = String(arc.end.value, radix: 16)
    let covered = state.covered + arc.percent
    report.covered = min(covered, 100)
    state.covered = covered >= 100 ? 0 : covered
  }

  private static func nextBatch(
    _ left: inout ArraySlice<ArchiveListing.File>
  ) -> [ArchiveListing.File] {
    var batch: [ArchiveListing.File] = []
    var bytes: UInt64 = 0
    while let file = left.first {
      // Files of one content lie at one place of the circle: they are done together.
      let isMore = file.content == batch.last?.content
      guard isMore || batch.count < batchFiles && bytes < batchBytes else { break }
      batch.append(file)
      bytes += file.content.size.rawValue
      left.removeFirst()
    }
    return batch
  }

  private func hasher() throws -> PieceHasher {
    var hashing = HashOptions()
    hashing.hashes = [.sha256, .file]
    hashing.bandwidth = settings.bandwidth
    hashing.idleIO = settings.idleIO
    if let name = context.hashKernel { hashing.kernels = try LaneKernels(named: name) }
    return PieceHasher(root: archive, workers: settings.jobs, options: hashing)
  }
}

extension PoolAudit {
  /// The status of every file, which costs no read: what is missing or cut is found in each run.
  private mutating func lookAtAll() -> [ArchiveListing.File] {
    listing.files.filter { file in
      if archive.status(file.path) != nil { return true }
      findings.append(
        Finding(
          .poolMissing, archive.absolute(file.path),
          "is not there, the index lists it with \(file.content.size) bytes"))
      return false
    }
  }

  /// Whether this run reads a file.
  private func isDue(
    _ file: ArchiveListing.File, _ arc: PoolArc, _ reached: UInt64, _ suspects: Set<String>
  ) throws(ArchiveError) -> Bool {
    let status = archive.status(file.path)
    // A wrong size is worth a look at whose bytes these are.
    if status?.size != file.content.size || suspects.contains(file.path.string) { return true }
    let position = PoolPosition(file.content)
    guard arc.contains(position) else { return false }
    if report.resumed, position.distance(from: arc.start) <= reached, reached > 0 { return false }
    guard let since = options.since else { return true }
    if let changed = status?.changed, changed / 1_000_000_000 >= since.seconds { return true }
    let stored = try ledger.withContents { try $0.stored(file.content) }
    return stored.map { $0.firstRelease >= since } ?? true
  }

  /// Reads a batch and judges it; returns the paths of what is bad.
  private mutating func readBatch(
    _ batch: [ArchiveListing.File], _ hasher: PieceHasher, _ archiveRow: RowID?,
    _ progress: @escaping @Sendable (HashProgress) -> Void
  ) async throws -> Set<String> {
    let jobs = batch.enumerated().map { index, file in
      HashJob(
        id: index, path: file.path,
        // A file of another size is read as it is, to tell whose bytes it has.
        size: archive.status(file.path)?.size ?? file.content.size,
        base: bases[file.architecture] ?? settings.base)
    }
    var outcomes: [(Int, HashOutcome)] = []
    try await hasher.run(jobs, progress: progress) { job, outcome in
      outcomes.append((job.id, outcome))
    }
    var bad: Set<String> = []
    for (index, outcome) in outcomes.sorted(by: { $0.0 < $1.0 }) {
      report.filesRead += 1
      report.bytesRead += jobs[index].size.rawValue
      if try judge(batch[index], outcome, archiveRow) { bad.insert(batch[index].path.string) }
    }
    return bad
  }
}
