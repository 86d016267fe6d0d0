// SPDX-License-Identifier: Apache-2.0

/// Which digests of a content are computed.
public struct PieceHashes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// SHA-256 of each piece, as in `SHA256-Pieces`.
  public static let sha256 = PieceHashes(rawValue: 1)
  /// SHA-1 of each piece, as in the `pieces` of BEP 3.
  public static let sha1 = PieceHashes(rawValue: 2)
  /// The hash tree of BEP 52: piece layer and `pieces root`.
  public static let btmh = PieceHashes(rawValue: 4)

  /// SHA-256 of the whole file: what an archive's signed index vouches for, so a run that publishes
  /// always has it.
  public static let file = PieceHashes(rawValue: 8)

  public static let all: PieceHashes = [.sha256, .sha1, .btmh, .file]
}
