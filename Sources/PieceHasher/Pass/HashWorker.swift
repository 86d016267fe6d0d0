// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// What one worker needs; the run has as many as it may use threads, handed from task to task.
final class HashWorker: @unchecked Sendable {  // One task holds it at a time.
  var digester: PieceDigester
  /// What the worker reads into.
  let chunk: UnsafeMutableRawBufferPointer

  init(_ tuning: HashTuning) throws(ArchiveError) {
    precondition(tuning.chunkLength.isMultiple(of: leafLength), "a chunk is of whole leaves")
    digester = try PieceDigester()
    chunk = .allocate(byteCount: tuning.chunkLength, alignment: 4096)
  }

  deinit { chunk.deallocate() }
}
