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
      let pass = LargeFilePass(job, context)
      // Without the chain over the whole file nothing asks for its bytes in order.
      let digests =
        pass.plan.chains.contains(.file)
        ? try await pass.digests(of: file, using: worker)
        : try context.reading { try pass.pieceDigests(of: file, using: worker) }
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
        whole = try context.reading { try load(range, of: file, using: worker) }
        guard let helper = context.idle.take() else {
          try digestWindow(range, using: worker)
          continue
        }
        // The helper takes what was read, and the reader its memory to read on.
        swap(&helper.window, &worker.window)
        group.addTask {
          defer { context.idle.give(helper) }
          try digestWindow(range, using: helper)
        }
      }
    }
    return try fileDigests(whole)
  }

  private func pieceDigests(
    of file: borrowing PoolFile, using worker: HashWorker
  ) throws -> FileDigests {
    let lanes = context.kernels.wide.width
    for first in stride(from: 0, to: plan.pieceCount, by: lanes) {
      try digestFile(first..<min(first + lanes, plan.pieceCount), of: file, using: worker)
    }
    return try fileDigests(.zero)
  }

  private func fileDigests(_ whole: SHA256Digest?) throws -> FileDigests {
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
      worker.serial.update(UnsafeRawBufferPointer(rebasing: chunk[..<blocks]))
      if start + UInt64(end) == plan.size.rawValue {
        return worker.serial.finish(UnsafeRawBufferPointer(rebasing: chunk[blocks...]))
      }
    }
    return nil
  }

  /// Digests pieces, a lane each, whose bytes `source` has: some from an offset within the piece on,
  /// which stay until it is asked again for the same slot.
  private func digest(
    _ range: Range<Int>, using worker: HashWorker,
    from source: (_ piece: Int, _ slot: Int, _ offset: UInt64) throws -> UnsafeRawBufferPointer
  ) throws {
    let chains = plan.chains.subtracting(.file)
    var lanes = range.indices.map { (cursor: PieceCursor(), slot: $0 - range.lowerBound) }
    var offsets = Array(repeating: UInt64(0), count: lanes.count)
    func feed(_ lane: Int) throws {
      let (piece, slot) = (lanes[lane].cursor.index, lanes[lane].slot)
      let bytes = try source(piece, slot, offsets[slot])
      offsets[slot] += UInt64(bytes.count)
      worker.bank.feed(lane, from: bytes)
    }
    for lane in lanes.indices {
      lanes[lane].cursor.begin(range.lowerBound + lane, of: plan, &worker.bank, lane: lane)
      try feed(lane)
      worker.bank.grant(lanes[lane].cursor.blocks(of: worker.bank.rest(of: lane)), to: lane)
    }
    while !lanes.isEmpty {
      try Task.checkCancellation()
      worker.bank.advance(lanes.count, chains, with: context.kernels.kernel(for: lanes.count))
      for lane in lanes.indices.reversed() {
        guard let blocks = worker.bank.taken(by: lane) else { continue }
        lanes[lane].cursor.advance(blocks, &worker.bank, lane: lane)
        let (piece, slot) = (lanes[lane].cursor.index, lanes[lane].slot)
        if worker.bank.rest(of: lane) == 0, offsets[slot] < plan.length(of: piece) {
          try feed(lane)
        }
        guard let count = lanes[lane].cursor.tail else {
          worker.bank.grant(lanes[lane].cursor.blocks(of: worker.bank.rest(of: lane)), to: lane)
          continue
        }
        let tail = worker.bank.peek(count, lane: lane)
        pieces.record(lanes[lane].cursor.finish(tail, worker.bank, lane: lane), at: piece)
        if lane < lanes.count - 1 { worker.bank.move(lanes.count - 1, to: lane) }
        lanes.swapAt(lane, lanes.count - 1)
        lanes.removeLast()
      }
    }
  }

  /// Digests the pieces in the worker's window.
  private func digestWindow(_ range: Range<Int>, using worker: HashWorker) throws {
    try digest(range, using: worker) { piece, slot, _ in
      let start = slot * Int(plan.pieceSize.rawValue)
      let end = start + Int(plan.length(of: piece))
      return UnsafeRawBufferPointer(rebasing: worker.window[start..<end])
    }
  }

  /// Digests pieces that are read side by side, a little of each at a time.
  private func digestFile(
    _ range: Range<Int>, of file: borrowing PoolFile, using worker: HashWorker
  ) throws {
    let length = context.tuning.laneLength
    try digest(range, using: worker) { piece, slot, offset in
      let count = Int(min(UInt64(length), plan.length(of: piece) - offset))
      let chunk = UnsafeMutableRawBufferPointer(
        rebasing: worker.memory[slot * length..<slot * length + count])
      try context.read(file, of: job, into: chunk, at: plan.offset(of: piece) + offset)
      return UnsafeRawBufferPointer(chunk)
    }
  }
}
