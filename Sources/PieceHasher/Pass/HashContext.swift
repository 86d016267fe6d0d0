// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel

/// What all workers of one run share.
struct HashContext: Sendable {
  let root: ArchiveRoot
  let tuning: HashTuning
  let meter: ProgressMeter
  /// Workers that found no more files, free to help with large ones.
  let idle = Pool<HashWorker>()
  /// One a worker and one to read ahead: the bound of the run's memory.
  let buffers: Pool<PieceBuffer>

  init(root: ArchiveRoot, workers: Int, tuning: HashTuning, meter: ProgressMeter) {
    self.root = root
    self.tuning = tuning
    self.meter = meter
    buffers = Pool((0...workers).map { _ in PieceBuffer(byteCount: tuning.sharedPieceLimit) })
  }
}
