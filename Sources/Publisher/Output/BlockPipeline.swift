// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PackagesParser

/// Compresses an index block by block, several at once, into one file a compression.
///
/// Blocks that an earlier run compressed come from the cache. The files are the same bytes
/// whatever the number of workers.
struct BlockPipeline: Sendable {
  let compressions: [Compression]
  let cache: BlockCache
  let workers: Int

  /// What became of one index.
  struct Result: Sendable {
    /// Of the uncompressed index.
    var plain: OutputSums
    var files: [Compression: OutputSums] = [:]
    /// Names of the cache's files that hold its blocks.
    var blocks: Set<String> = []
    /// How many blocks there are, and how many had to be compressed.
    var blockCount = 0
    var compressedCount = 0
  }

  /// One block on its way.
  private struct Job: Sendable {
    let sequence: Int
    let plain: [UInt8]
    var encoded: [EncodedBlock] = []
    var names: [String] = []
    var compressedCount = 0
  }

  /// Takes blocks from `next` until it gives nil, and writes `<path><suffix>` for each compression.
  ///
  /// - Throws: what `next` throws; `ArchiveError` when a file cannot be written.
  func run(
    path: String, algorithms: [DigestAlgorithm], next: () throws -> [UInt8]?
  ) async throws -> Result {
    var files = try IndexFiles(path: path, compressions: compressions, algorithms: algorithms)
    var waiting: [Int: Job] = [:]
    var due = 0
    func drain(_ job: Job) throws {
      waiting[job.sequence] = job
      while let job = waiting.removeValue(forKey: due) {
        try files.append(job.plain, job.encoded)
        files.result.blocks.formUnion(job.names)
        files.result.blockCount += 1
        files.result.compressedCount += job.compressedCount
        due += 1
      }
    }
    try await withThrowingTaskGroup(of: Job.self) { group in
      var sequence = 0
      while let plain = try next() {
        // Blocks that wait for a slow one before them are held in memory, so they count too.
        while sequence - due > workers, let job = try await group.next() { try drain(job) }
        let job = Job(sequence: sequence, plain: plain)
        group.addTask { try encode(job) }
        sequence += 1
      }
      while let job = try await group.next() { try drain(job) }
    }
    return try files.finish()
  }

  private func encode(_ job: Job) throws -> Job {
    var job = job
    let digest = try SHA256Digest.hashing(job.plain)
    for compression in compressions {
      guard compression.hasIndependentBlocks, compression != .none else {
        job.encoded.append(EncodedBlock(bytes: [], unpaddedSize: 0, plainSize: 0))
        continue
      }
      job.names.append(BlockCache.name(digest, compression))
      if let cached = cache.block(digest, compression),
        cached.plainSize == UInt64(job.plain.count)
      {
        job.encoded.append(cached)
        continue
      }
      let outcome = job.plain.withUnsafeBytes { plain in
        Swift.Result { () throws(ArchiveError) in try compression.encode(plain) }
      }
      let block = try outcome.get()
      cache.store(block, digest, compression)
      job.encoded.append(block)
      job.compressedCount += 1
    }
    return job
  }
}
