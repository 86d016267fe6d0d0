// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel

/// One read of one large file, whose pieces go through the lanes together, a window of them at a
/// time. Its whole-file SHA-256 is a single chain: no lane can help with it, and it is the bound.
struct LargeFilePass: Sendable {
  /// What is read at once and passes through the whole-file chain while it is in the cache.
  private static let chunkLength = 128 << 10

  private let job: HashJob
  private let context: HashContext
  private let plan: PiecePlan
  private let pieces: PieceTable
  private let piecesPerWindow: Int

  private init(_ job: HashJob, _ context: HashContext) {
    self.job = job
    self.context = context
    plan = PiecePlan(size: job.size, base: job.base, hashes: context.hashes)
    pieces = PieceTable(count: plan.pieceCount)
    piecesPerWindow = min(
      LaneBank.laneCount, context.tuning.windowLength / Int(plan.pieceSize.rawValue))
  }

  /// Reads the file of `job` and judges it.
  ///
  /// - Throws: `CancellationError`; all else is an outcome.
  static func outcome(
    of job: HashJob, in context: HashContext, using worker: HashWorker
  ) async throws -> HashOutcome {
    do {
      guard let file = try PoolFile(job.path, in: context.root) else { return .missing }
      guard file.before.size == job.size else {
        return .wrongSize(actual: file.before.size)
      }
      let digests = try await LargeFilePass(job, context).digests(of: file, using: worker)
      return try file.judge(digests, of: job)
    } catch is FileLane.EarlyEnd {
      return .changedWhileRead
    } catch let error as ArchiveError {
      return .failed(error)
    }
  }

  private func digests(
    of file: borrowing PoolFile, using worker: HashWorker
  ) async throws -> FileDigests {
    worker.serial.begin()
    var whole: SHA256Digest?
    try await withThrowingDiscardingTaskGroup { group in
      for first in stride(from: 0, to: plan.pieceCount, by: piecesPerWindow) {
        let range = first..<min(first + piecesPerWindow, plan.pieceCount)
        whole = try load(range, of: file, using: worker)
        guard let helper = context.idle.take() else {
          try digest(range, using: worker)
          continue
        }
        // The helper takes what was read, and the reader its memory to read on.
        swap(&helper.window, &worker.window)
        group.addTask {
          defer { context.idle.give(helper) }
          try digest(range, using: helper)
        }
      }
    }
    guard let whole, let all = pieces.complete() else {
      throw ArchiveError(.software, "a piece of \(job.path) was left out")
    }
    return FileDigests(plan, sha256: whole, pieces: all)
  }

  /// Reads pieces whole into the worker's window; of their digests only the file's own is
  /// advanced, and returned at the file's end.
  private func load(
    _ range: Range<Int>, of file: borrowing PoolFile, using worker: HashWorker
  ) throws -> SHA256Digest? {
    let start = plan.offset(of: range.lowerBound)
    let last = range.upperBound - 1
    let count = Int(plan.offset(of: last) + plan.length(of: last) - start)
    for offset in stride(from: 0, to: count, by: Self.chunkLength) {
      let end = min(offset + Self.chunkLength, count)
      let chunk = UnsafeMutableRawBufferPointer(rebasing: worker.window[offset..<end])
      try context.read(file, of: job, into: chunk, at: start + UInt64(offset))
      let blocks = chunk.count / LaneBank.blockLength * LaneBank.blockLength
      if plan.chains.contains(.file) {
        worker.serial.update(UnsafeRawBufferPointer(rebasing: chunk[..<blocks]))
      }
      if start + UInt64(end) == plan.size.rawValue {
        guard plan.chains.contains(.file) else { return .zero }
        return worker.serial.finish(UnsafeRawBufferPointer(rebasing: chunk[blocks...]))
      }
    }
    return nil
  }

  /// Digests the pieces of a window, a lane each.
  private func digest(_ range: Range<Int>, using worker: HashWorker) throws {
    let chains = plan.chains.subtracting(.file)
    var cursors = range.map { _ in PieceCursor() }
    for lane in cursors.indices {
      let index = range.lowerBound + lane
      let offset = lane * Int(plan.pieceSize.rawValue)
      let bytes = worker.window[offset..<offset + Int(plan.length(of: index))]
      worker.bank.feed(lane, from: UnsafeRawBufferPointer(rebasing: bytes))
      cursors[lane].begin(index, of: plan, &worker.bank, lane: lane)
      worker.bank.grant(cursors[lane].blocks(of: bytes.count), to: lane)
    }
    while !cursors.isEmpty {
      try Task.checkCancellation()
      worker.bank.advance(
        cursors.count, chains, with: context.kernels.kernel(for: cursors.count))
      for lane in cursors.indices.reversed() {
        guard let blocks = worker.bank.taken(by: lane) else { continue }
        cursors[lane].advance(blocks, &worker.bank, lane: lane)
        guard let count = cursors[lane].tail else {
          worker.bank.grant(cursors[lane].blocks(of: worker.bank.rest(of: lane)), to: lane)
          continue
        }
        let tail = worker.bank.peek(count, lane: lane)
        let digests = cursors[lane].finish(tail, worker.bank, lane: lane)
        pieces.record(digests, at: cursors[lane].index)
        if lane < cursors.count - 1 { worker.bank.move(cursors.count - 1, to: lane) }
        cursors.swapAt(lane, cursors.count - 1)
        cursors.removeLast()
      }
    }
  }
}
