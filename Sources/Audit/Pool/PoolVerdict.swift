// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel
package import Ledger
package import PieceHasher

/// What the reading of one file of the pool says.
package enum PoolVerdict: Hashable, Sendable {
  /// Holds what the index lists, and was not touched since the ledger was told so.
  case sound
  /// Holds what the index lists, and was touched since: the key that it has now.
  case touched(StalenessKey)
  /// Nothing is there.
  case missing
  /// Has another size.
  case size(ByteCount)
  /// Has other bytes and the right size: SHA-256, and the pieces that are bad where the ledger
  /// knows what they should be. Without a word from the file system when it is rotten.
  case bytes(SHA256Digest, bad: [Int]?, isRotten: Bool)
  /// Holds what the index lists, but the ledger's hashes of its pieces are others.
  case ledgerPieces(FileDigests, StalenessKey)
  /// Was written to while it was read.
  case changing
  case failed(ArchiveError)

  /// Judges a file that was read without a word on what it should be.
  ///
  /// - Parameters:
  ///   - outcome: what the read gave.
  ///   - content: what the signed index lists.
  ///   - known: what the ledger has of the path; nil where nobody verified it yet.
  ///   - row: the ledger's row of `content`.
  ///   - stored: the ledger's digests of `content`, at the piece size of the read.
  package init(
    _ outcome: HashOutcome, content: ContentID, known: FileRecord?, row: RowID?,
    stored: ContentDigests?
  ) {
    switch outcome {
    case .missing: self = .missing
    case .wrongSize(let actual): self = .size(actual)
    case .changedWhileRead: self = .changing
    case .failed(let error): self = .failed(error)
    // Nothing was expected, so nothing is said of a wrong one.
    case .wrongHash(let actual): self = .bytes(actual, bad: nil, isRotten: false)
    case .verified(let digests, let key):
      let isKnown = known.map { $0.content == row } ?? false
      guard digests.sha256 == content.sha256 else {
        self = .bytes(
          digests.sha256, bad: stored.flatMap { Self.bad(digests, $0) },
          isRotten: isKnown && known?.staleness == key)
        return
      }
      if let stored, digests.pieceSize == stored.pieceSize, !stored.sha256Pieces.isEmpty,
        stored.sha256Pieces != digests.sha256Pieces
      {
        self = .ledgerPieces(digests, key)
      } else {
        self = isKnown && known?.staleness != key ? .touched(key) : .sound
      }
    }
  }

  /// The pieces that differ, counted from 0; nil where they cannot be told apart.
  private static func bad(_ digests: FileDigests, _ stored: ContentDigests) -> [Int]? {
    let (found, expected) = (digests.sha256Pieces, stored.sha256Pieces)
    guard digests.pieceSize == stored.pieceSize, found.count == expected.count, found.count > 32
    else { return nil }
    return (0..<found.count / 32).filter { piece in
      found[piece * 32..<piece * 32 + 32] != expected[piece * 32..<piece * 32 + 32]
    }
  }
}
