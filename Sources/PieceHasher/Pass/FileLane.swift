// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel

/// One lane's way through one file; not checked for exclusive access, as its worker is not.
final class FileLane {
  /// The file ended before its size did.
  struct EarlyEnd: Error {}

  let job: HashJob
  private let plan: PiecePlan
  private let context: HashContext
  private let file: PoolFile
  private let buffer: UnsafeMutableRawBufferPointer
  @exclusivity(unchecked) private var cursor = PieceCursor()
  @exclusivity(unchecked) private var pieces: [PieceDigests] = []
  @exclusivity(unchecked) private var readSoFar: UInt64 = 0

  /// Prepares to read `file` through `buffer`, whose length is of whole leaves.
  init(
    _ job: HashJob, _ file: consuming PoolFile, _ context: HashContext,
    buffer: UnsafeMutableRawBufferPointer
  ) {
    self.job = job
    self.file = file
    self.context = context
    self.buffer = buffer
    plan = PiecePlan(size: job.size, base: job.base, hashes: context.hashes)
    pieces.reserveCapacity(plan.pieceCount)
  }

  /// What the lane's blocks go into.
  var chains: DigestChains { plan.chains }

  /// Starts at the file's first byte.
  func begin(_ bank: inout LaneBank, lane: Int) {
    bank.begin(plan.chains, lane: lane)
    bank.feed(lane, from: UnsafeRawBufferPointer(rebasing: buffer[..<0]))
    if plan.pieceCount > 0 { cursor.begin(0, of: plan, &bank, lane: lane) }
  }

  /// Ends what has ended after the lane took `blocks` blocks, reads on, and grants it what follows;
  /// the file's digests when nothing does.
  ///
  /// - Throws: `CancellationError`, `EarlyEnd`, or an `ArchiveError`.
  func settle(_ blocks: Int, _ bank: inout LaneBank, lane: Int) throws -> FileDigests? {
    cursor.advance(blocks, &bank, lane: lane)
    guard plan.pieceCount > 0 else {
      let nothing = UnsafeRawBufferPointer(rebasing: buffer[..<0])
      return FileDigests(plan, sha256: whole(bank, lane, nothing), pieces: [])
    }
    while true {
      if bank.rest(of: lane) == 0, readSoFar < plan.size.rawValue { try read(&bank, lane) }
      guard let count = cursor.tail else {
        bank.grant(cursor.blocks(of: bank.rest(of: lane)), to: lane)
        return nil
      }
      let tail = bank.peek(count, lane: lane)
      pieces.append(cursor.finish(tail, bank, lane: lane))
      guard pieces.count < plan.pieceCount else {
        return FileDigests(plan, sha256: whole(bank, lane, tail), pieces: pieces)
      }
      cursor.begin(pieces.count, of: plan, &bank, lane: lane)
    }
  }

  /// What the file is, once its digests are known.
  ///
  /// - Throws: `ArchiveError` for any failure.
  func judge(_ digests: FileDigests) throws -> HashOutcome {
    try file.judge(digests, of: job)
  }

  /// The digest of the file, which ends with `tail`: that of its only piece, or its own chain's.
  private func whole(
    _ bank: borrowing LaneBank, _ lane: Int, _ tail: UnsafeRawBufferPointer
  ) -> SHA256Digest {
    guard plan.chains.contains(.file) else {
      return plan.hashes.contains(.file) && pieces.count == 1 ? pieces[0].sha256 : .zero
    }
    return bank.finishSHA256(.file, lane: lane, tail: tail, length: plan.size.rawValue)
  }

  private func read(_ bank: inout LaneBank, _ lane: Int) throws {
    let count = Int(min(UInt64(buffer.count), plan.size.rawValue - readSoFar))
    let chunk = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
    try context.read(file, of: job, into: chunk, at: readSoFar)
    readSoFar += UInt64(count)
    bank.feed(lane, from: UnsafeRawBufferPointer(chunk))
  }
}
