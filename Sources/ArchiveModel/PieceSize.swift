// SPDX-License-Identifier: Apache-2.0

/// A piece length in bytes: a power of two, at least one BEP 52 leaf (16 KiB).
public struct PieceSize: RawRepresentable, Hashable, Comparable, Sendable {
  public let rawValue: UInt64

  /// The leaf of a BEP 52 hash tree, 16 KiB.
  public static let leaf = PieceSize(unchecked: 16 << 10)
  /// The base unless configured otherwise, 512 KiB.
  public static let defaultBase = PieceSize(unchecked: 512 << 10)
  /// The base sizes a configuration may choose.
  public static let allowedBases = PieceSize.leaf...PieceSize(unchecked: 16 << 20)
  /// A file has at most this many pieces: its piece size doubles until that holds.
  public static let maximumPieces: UInt64 = 2048

  public init?(rawValue: UInt64) {
    guard rawValue >= 16 << 10, rawValue <= 1 << 52, rawValue.nonzeroBitCount == 1 else {
      return nil
    }
    self.rawValue = rawValue
  }

  private init(unchecked rawValue: UInt64) { self.rawValue = rawValue }

  /// The piece size of a file: a function of the file's size and the torrent's base size alone.
  public static func forFile(of size: ByteCount, base: PieceSize) -> PieceSize {
    var length = base.rawValue
    while length < 1 << 52, (size.rawValue + (length - 1)) / length > maximumPieces { length *= 2 }
    return PieceSize(unchecked: length)
  }

  /// How many pieces of this size a file of `size` has; an empty file has none.
  public func pieceCount(of size: ByteCount) -> UInt32 {
    UInt32(clamping: size.rawValue / rawValue + (size.rawValue.isMultiple(of: rawValue) ? 0 : 1))
  }

  public static func < (a: PieceSize, b: PieceSize) -> Bool { a.rawValue < b.rawValue }
}

extension PieceSize: CustomStringConvertible {
  public var description: String { String(rawValue) }
}
