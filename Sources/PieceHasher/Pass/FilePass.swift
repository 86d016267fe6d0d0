// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc

/// One read of one file.
struct FilePass: Sendable {
  private let job: HashJob
  private let context: HashContext
  private let plan: PiecePlan
  private let pieces: PieceTable

  /// The file ended before its size did.
  private struct EarlyEnd: Error {}

  private init(_ job: HashJob, _ context: HashContext) {
    self.job = job
    self.context = context
    plan = PiecePlan(size: job.expected.size, base: job.base)
    pieces = PieceTable(count: plan.pieceCount)
  }

  /// Reads the file of `job` and judges it.
  ///
  /// - Throws: `CancellationError`; all else is an outcome.
  static func outcome(
    of job: HashJob, in context: HashContext, using worker: HashWorker
  ) async throws -> HashOutcome {
    do {
      guard let file = try context.root.open(job.path) else { return .missing }
      let before = StalenessKey(try file.status())
      guard before.size == job.expected.size else { return .wrongSize(actual: before.size) }
      // Advice: without it the read is right as well.
      _ = posix_fadvise(file.number, 0, 0, POSIX_FADV_SEQUENTIAL)
      let digests = try await FilePass(job, context).digests(of: file, using: worker)
      guard StalenessKey(try file.status()) == before else { return .changedWhileRead }
      guard digests.sha256 == job.expected.sha256 else {
        return .wrongHash(actual: digests.sha256)
      }
      return .verified(digests, before)
    } catch is EarlyEnd {
      return .changedWhileRead
    } catch let error as ArchiveError {
      return .failed(error)
    }
  }

  private func digests(
    of file: borrowing Descriptor, using worker: HashWorker
  ) async throws -> FileDigests {
    do {
      try await readPieces(of: file, using: worker)
    } catch {
      worker.digester.reset()
      throw error
    }
    guard let pieces = pieces.complete() else {
      worker.digester.reset()
      throw ArchiveError(.software, "a piece of \(job.path) was left out")
    }
    // A single piece is the file: its root and SHA-256 are the file's.
    if pieces.count == 1 {
      return FileDigests(
        plan, sha256: pieces[0].sha256, pieces: pieces, piecesRoot: pieces[0].subtree)
    }
    let root =
      pieces.isEmpty ? nil : worker.digester.root(over: pieces, height: plan.pieceHeight)
    return FileDigests(
      plan, sha256: worker.digester.finishFile(), pieces: pieces, piecesRoot: root)
  }

  private func readPieces(of file: borrowing Descriptor, using worker: HashWorker) async throws {
    guard plan.pieceCount > 1, plan.pieceSize.rawValue <= context.tuning.sharedPieceLimit else {
      for index in 0..<plan.pieceCount { try stream(index, of: file, using: worker) }
      return
    }
    let backlog = PieceBacklog()
    defer {
      while let left = backlog.take() { context.buffers.give(left.buffer) }
    }
    try await withThrowingDiscardingTaskGroup { group in
      for index in 0..<plan.pieceCount {
        guard let buffer = try bufferForSharing(backlog, worker) else {
          try stream(index, of: file, using: worker)
          continue
        }
        backlog.add(try load(index, of: file, into: buffer, using: worker))
        guard let helper = context.idle.take() else { continue }
        backlog.join()
        group.addTask { try help(backlog, using: helper) }
      }
      try digestAll(of: backlog, using: worker)
    }
  }
}

// MARK: - One worker

extension FilePass {
  /// Reads piece `index` in chunks, all digests over each.
  private func stream(
    _ index: Int, of file: borrowing Descriptor, using worker: HashWorker
  ) throws {
    let start = plan.offset(of: index)
    let end = start + plan.length(of: index)
    var offset = start
    while offset < end {
      let count = Int(min(UInt64(worker.chunk.count), end - offset))
      let chunk = UnsafeMutableRawBufferPointer(rebasing: worker.chunk[..<count])
      try read(file, into: chunk, at: offset)
      worker.digester.update(UnsafeRawBufferPointer(chunk), into: plan.chains)
      offset += UInt64(count)
    }
    let digests = worker.digester.finishPiece(plan.chains, height: plan.pieceHeight)
    pieces.record(digests, at: index)
  }

  private func read(
    _ file: borrowing Descriptor, into chunk: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws {
    try Task.checkCancellation()
    guard try file.readFully(into: chunk, at: offset) == chunk.count else { throw EarlyEnd() }
    context.meter.add(chunk.count, of: job.path)
    if offset == 0 { context.tuning.afterFirstRead?(job.path) }
  }
}

// MARK: - Several workers

extension FilePass {
  /// A buffer for the next piece, if somebody else is there to digest it. With all buffers full
  /// the reader digests one piece itself first; nobody ever waits.
  private func bufferForSharing(
    _ backlog: PieceBacklog, _ worker: HashWorker
  ) throws -> PieceBuffer? {
    guard backlog.hasHelpers || !context.idle.isEmpty else {
      try digestAll(of: backlog, using: worker)
      return nil
    }
    if let buffer = context.buffers.take() { return buffer }
    if let piece = backlog.take() { try digest(piece, using: worker) }
    return context.buffers.take()
  }

  /// Reads piece `index` whole; of its digests only the file's own is advanced.
  private func load(
    _ index: Int, of file: borrowing Descriptor, into buffer: PieceBuffer, using worker: HashWorker
  ) throws -> PieceBacklog.Entry {
    let count = Int(plan.length(of: index))
    do {
      for start in stride(from: 0, to: count, by: worker.chunk.count) {
        let end = min(start + worker.chunk.count, count)
        let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer.bytes[start..<end])
        try read(file, into: chunk, at: plan.offset(of: index) + UInt64(start))
        worker.digester.update(UnsafeRawBufferPointer(chunk), into: .file)
      }
    } catch {
      context.buffers.give(buffer)
      throw error
    }
    return PieceBacklog.Entry(index: index, count: count, buffer: buffer)
  }

  /// Digests pieces of the backlog until there are none, then is free for other files.
  private func help(_ backlog: PieceBacklog, using helper: HashWorker) throws {
    defer {
      // A piece given up in its middle must not show in the next.
      helper.digester.reset()
      context.idle.give(helper)
    }
    while let piece = backlog.takeOrLeave() { try digest(piece, using: helper) }
  }

  private func digestAll(of backlog: PieceBacklog, using worker: HashWorker) throws {
    while let piece = backlog.take() { try digest(piece, using: worker) }
  }

  /// Digests one piece in memory, whose chunks pass through the cache like those of a stream.
  private func digest(_ piece: PieceBacklog.Entry, using worker: HashWorker) throws {
    defer { context.buffers.give(piece.buffer) }
    let chains = plan.chains.subtracting(.file)
    for start in stride(from: 0, to: piece.count, by: worker.chunk.count) {
      try Task.checkCancellation()
      let end = min(start + worker.chunk.count, piece.count)
      let chunk = UnsafeRawBufferPointer(rebasing: piece.buffer.bytes[start..<end])
      worker.digester.update(chunk, into: chains)
    }
    pieces.record(
      worker.digester.finishPiece(chains, height: plan.pieceHeight), at: piece.index)
  }
}
