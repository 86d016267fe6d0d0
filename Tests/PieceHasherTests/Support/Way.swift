// SPDX-License-Identifier: Apache-2.0

import PieceHasher

/// The ways through the hasher, none of which may show in its results.
enum Way: CaseIterable, Sendable {
  /// One worker, chunk after chunk.
  case alone
  /// A worker reads pieces that another digests.
  case shared
  /// More workers than pieces in memory are ready for, chunks of one leaf.
  case crowded
  /// Two workers, of which one has nothing to do: pieces count as too large to share.
  case streamed

  var workers: Int {
    switch self {
    case .alone: 1
    case .shared, .streamed: 2
    case .crowded: 5
    }
  }

  var tuning: HashTuning {
    var tuning = HashTuning()
    switch self {
    case .alone, .shared: break
    case .crowded: tuning.chunkLength = 16 << 10
    case .streamed: tuning.sharedPieceLimit = 0
    }
    return tuning
  }
}
