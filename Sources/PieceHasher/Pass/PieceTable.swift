// SPDX-License-Identifier: Apache-2.0

internal import Synchronization

/// The digests of one file's pieces, filled in by several workers in any order.
final class PieceTable: Sendable {
  private let entries: Mutex<[PieceDigests?]>

  init(count: Int) { entries = Mutex(Array(repeating: nil, count: count)) }

  func record(_ digests: PieceDigests, at index: Int) {
    entries.withLock { $0[index] = digests }
  }

  /// All entries; nil while one is not filled in.
  func complete() -> [PieceDigests]? {
    entries.withLock { entries in
      let known = entries.compactMap { $0 }
      return known.count == entries.count ? known : nil
    }
  }
}
