// SPDX-License-Identifier: Apache-2.0

/// Which digests the bytes of a chunk go into.
struct DigestChains: OptionSet, Sendable {
  let rawValue: UInt8

  /// SHA-256 from the file's first byte to its last: cannot be split among workers.
  static let file = DigestChains(rawValue: 1)
  /// SHA-256 of one piece.
  static let pieceSHA256 = DigestChains(rawValue: 2)
  /// SHA-1 of one piece (BEP 3).
  static let pieceSHA1 = DigestChains(rawValue: 4)
  /// SHA-256 of each 16 KiB leaf (BEP 52).
  static let leaves = DigestChains(rawValue: 8)

  /// All that one piece needs, whatever file it is of.
  static let piece: DigestChains = [.pieceSHA256, .pieceSHA1, .leaves]
}
