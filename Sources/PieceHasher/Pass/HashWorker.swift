// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel

/// What hashes on one thread at a time: a bank of lanes, each with a file of its own.
///
/// A lane whose file ends takes the next, so that all stay busy as long as there are files.
///
/// One task holds a worker at a time, so what it does at each step is not checked for exclusive
/// access: those checks would cost as much as the rest of the bookkeeping.
final class HashWorker: @unchecked Sendable {
  typealias Outcome = (HashJob, HashOutcome)

  /// Outcomes are handed on when there are this many.
  private static let batchCount = 64

  private let context: HashContext
  @exclusivity(unchecked) var bank = LaneBank()
  /// The whole-file SHA-256 of a large file.
  var serial = SerialSHA256()
  /// What pieces of a large file are read into; the system gives its pages when they are written.
  var window: UnsafeMutableRawBufferPointer
  /// What lanes read into.
  let memory: UnsafeMutableRawBufferPointer
  /// The buffers of lanes without a file.
  private var buffers: [UnsafeMutableRawBufferPointer] = []
  /// The files of the busy lanes, which are the first of the bank.
  @exclusivity(unchecked) private var files:
    [(lane: FileLane, buffer: UnsafeMutableRawBufferPointer)] = []
  /// What any of these files asks for.
  @exclusivity(unchecked) private var chains: DigestChains = []

  init(_ context: HashContext) {
    self.context = context
    let length = context.tuning.laneLength
    precondition(length.isMultiple(of: leafLength), "a lane reads whole leaves")
    let width = context.kernels.wide.width
    memory = .allocate(byteCount: width * length, alignment: 4096)
    window = .allocate(byteCount: context.tuning.windowLength, alignment: 4096)
    for lane in 0..<width {
      buffers.append(.init(rebasing: memory[lane * length..<(lane + 1) * length]))
    }
  }

  deinit {
    window.deallocate()
    memory.deallocate()
  }

  /// Works until there is something to hand on; nothing when no files are left.
  ///
  /// - Throws: `CancellationError`; all else is an outcome.
  func work() async throws -> [Outcome] {
    if files.isEmpty, let job = context.nextLarge() {
      return [(job, try await LargeFilePass.outcome(of: job, in: context, using: self))]
    }
    return try context.reading { try batch() }
  }

  private func batch() throws -> [Outcome] {
    var outcomes: [Outcome] = []
    while outcomes.count < Self.batchCount {
      try fill(&outcomes)
      guard !files.isEmpty else { break }
      try step(&outcomes)
    }
    return outcomes
  }

  /// Gives each free lane a file.
  private func fill(_ outcomes: inout [Outcome]) throws {
    while let buffer = buffers.last, outcomes.count < Self.batchCount, let job = context.next() {
      let outcome = try attempt {
        guard let file = try PoolFile(job.path, in: context.root) else { return .missing }
        guard file.before.size == job.size else {
          return .wrongSize(actual: file.before.size)
        }
        buffers.removeLast()
        files.append((FileLane(job, file, context, buffer: buffer), buffer))
        files[files.count - 1].lane.begin(&bank, lane: files.count - 1)
        return nil
      }
      if let outcome {
        outcomes.append((job, outcome))
      } else {
        gatherChains()
        try settle(files.count - 1, after: 0, &outcomes)
      }
    }
  }

  private func gatherChains() {
    chains = files.reduce(into: []) { $0.formUnion($1.lane.chains) }
  }

  /// Takes as many blocks as every busy lane has, and sees what has ended.
  private func step(_ outcomes: inout [Outcome]) throws {
    bank.advance(files.count, chains, with: context.kernels.kernel(for: files.count))
    // From the last, for the lane of a file that ends goes to what was the last.
    var lane = files.count
    while lane > 0 {
      lane -= 1
      if let blocks = bank.taken(by: lane) { try settle(lane, after: blocks, &outcomes) }
    }
  }

  private func settle(_ lane: Int, after blocks: Int, _ outcomes: inout [Outcome]) throws {
    let file = files[lane].lane
    let outcome = try attempt {
      guard let digests = try file.settle(blocks, &bank, lane: lane) else { return nil }
      return try file.judge(digests)
    }
    guard let outcome else { return }
    outcomes.append((file.job, outcome))
    buffers.append(files[lane].buffer)
    if lane < files.count - 1 { bank.move(files.count - 1, to: lane) }
    files.swapAt(lane, files.count - 1)
    files.removeLast()
    gatherChains()
  }
}

/// What `body` returns, or the outcome that its error is.
///
/// - Throws: `CancellationError` alone.
func attempt(_ body: () throws -> HashOutcome?) throws -> HashOutcome? {
  do {
    return try body()
  } catch is FileLane.EarlyEnd {
    return .changedWhileRead
  } catch let error as ArchiveError {
    return .failed(error)
  }
}
