// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import PackagesParser

/// Tells which torrents a run sees whole, so that what it does not see is gone.
struct Completeness {
  let selection: IndexSelection
  let release: ReleaseFile
  let pieceIndices: [String: PieceIndexRecord]

  /// Whether every index that listed contents of `architecture` before is read again, is gone from
  /// Release, or lies beyond what the configuration expects. An index that was never read never
  /// added anything, so a partial mirror is complete as far as it goes.
  func isComplete(_ architecture: String) -> Bool {
    // A run that was told to look at a part must not conclude anything about the rest.
    guard !selection.isLimited else { return false }
    let read = Set(selection.sources.map(\.location))
    let unexpected = Set(selection.unexpected)
    for record in pieceIndices.values {
      guard let index = IndexLocation(pieceIndexPath: record.path),
        index.architecture == architecture
      else { continue }
      for described in record.described {
        guard let location = IndexLocation(path: described.path[...]) else { continue }
        if read.contains(location) || unexpected.contains(location) || !isListed(location) {
          continue
        }
        return false
      }
    }
    return true
  }

  private func isListed(_ location: IndexLocation) -> Bool {
    Compression.allCases.contains { release.files[location.path + $0.suffix] != nil }
  }
}
