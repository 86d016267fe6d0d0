// SPDX-License-Identifier: Apache-2.0

/// The number of one piece in one generation of a numbered torrent, given once and never reused.
///
/// 32 bits, because it is the piece index of the peer wire protocol (BEP 3).
public struct PieceNumber: RawRepresentable, Hashable, Comparable, Sendable {
  public let rawValue: UInt32

  public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// Wraps `number`.
  public init(_ number: UInt32) { self.rawValue = number }

  public static func < (a: PieceNumber, b: PieceNumber) -> Bool { a.rawValue < b.rawValue }
}

extension PieceNumber: CustomStringConvertible {
  public var description: String { String(rawValue) }
}

/// The consecutive numbers of one content's pieces, at least one.
public struct PieceNumberRange: Hashable, Sendable {
  public let first: PieceNumber
  public let last: PieceNumber

  /// `count` numbers from `first` on; nil when `count` is 0 or the range leaves 32 bits.
  public init?(first: PieceNumber, count: UInt32) {
    guard count > 0 else { return nil }
    let (last, overflow) = first.rawValue.addingReportingOverflow(count - 1)
    guard !overflow else { return nil }
    self.first = first
    self.last = PieceNumber(last)
  }

  /// How many pieces.
  public var count: UInt32 { last.rawValue - first.rawValue + 1 }
}

extension PieceNumberRange: CustomStringConvertible {
  /// `4711` for one piece, `4711-4713` for several, as in `Piece-Numbers`.
  public var description: String { first == last ? "\(first)" : "\(first)-\(last)" }
}
