// SPDX-License-Identifier: Apache-2.0

internal import CPieceHash

/// Which digests the blocks of a lane go into.
struct DigestChains: OptionSet, Sendable {
  let rawValue: UInt8

  /// SHA-256 from the file's first byte to its last.
  static let file = DigestChains(PIECEHASH_FILE)
  /// SHA-256 of one piece.
  static let pieceSHA256 = DigestChains(PIECEHASH_PIECE)
  /// SHA-256 of each 16 KiB leaf (BEP 52).
  static let leaves = DigestChains(PIECEHASH_LEAF)
  /// SHA-1 of one piece (BEP 3).
  static let pieceSHA1 = DigestChains(PIECEHASH_SHA1)

  static let all: DigestChains = [.file, .pieceSHA256, .leaves, .pieceSHA1]

  init(rawValue: UInt8) { self.rawValue = rawValue }

  private init(_ flag: UInt32) { rawValue = UInt8(truncatingIfNeeded: flag) }

  /// Where the words of a single chain begin among the rows of a bank.
  var firstRow: Int { rawValue.trailingZeroBitCount * 8 }

  /// Calls `body` with each of them alone.
  func forEach(_ body: (DigestChains) -> Void) {
    for bit in 0..<4 where rawValue & 1 << bit != 0 { body(DigestChains(rawValue: 1 << bit)) }
  }
}
