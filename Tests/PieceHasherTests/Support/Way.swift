// SPDX-License-Identifier: Apache-2.0

import PieceHasher

/// The ways through the hasher, none of which may show in its results.
struct Way: Sendable, CustomStringConvertible {
  let name: String
  let kernel: String
  let workers: Int
  /// As in `HashTuning`.
  let laneLength: Int
  let windowLength: Int

  private init(
    _ name: String, kernel: String = "fastest", workers: Int, laneLength: Int = 32 << 10,
    windowLength: Int = 16 << 20
  ) {
    self.name = name
    self.kernel = kernel
    self.workers = workers
    self.laneLength = laneLength
    self.windowLength = windowLength
  }

  /// One worker; a large file's pieces go through its lanes together.
  static let alone = Way("alone", workers: 1)
  /// A worker reads pieces that another digests.
  static let shared = Way("shared", workers: 2)
  /// More workers than work, windows of a few pieces, and lanes that read a leaf at once.
  static let crowded = Way("crowded", workers: 5, laneLength: 16 << 10, windowLength: 128 << 10)
  /// Each file has a lane of its own, however large it is.
  static let lanes = Way("lanes", workers: 2, windowLength: 0)
  /// One file after the other.
  static let oneLane = Way("one lane", kernel: "libcrypto", workers: 1, windowLength: 0)

  static let all = [alone, shared, crowded, lanes]
  /// Every kernel of this processor, through windows and through lanes.
  static let kernels = LaneKernels.names.flatMap { kernel in
    [
      Way("\(kernel), windows", kernel: kernel, workers: 1),
      Way("\(kernel), lanes", kernel: kernel, workers: 1, windowLength: 0),
    ]
  }

  var tuning: HashTuning {
    var tuning = HashTuning()
    tuning.laneLength = laneLength
    tuning.windowLength = windowLength
    return tuning
  }

  /// What is wanted, by the way's kernel.
  func options() throws -> HashOptions {
    var options = HashOptions()
    if kernel != "fastest" { options.kernels = try LaneKernels(named: kernel) }
    return options
  }

  var description: String { name }
}
