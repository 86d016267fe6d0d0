// SPDX-License-Identifier: Apache-2.0

/// What a client has to fetch of files laid end to end and cut into pieces of one size.
///
/// A piece can be checked only as a whole: who wants a byte of it fetches all of it, once.
struct FixedPieces: Hashable, Sendable {
  /// How many pieces hold wanted bytes.
  private(set) var pieces: UInt64 = 0
  /// What they hold in all, in bytes.
  private(set) var bytes: UInt64 = 0

  /// Goes through files in their order.
  ///
  /// - Parameters:
  ///   - files: size in bytes of each, and whether it is wanted.
  ///   - pieceSize: in bytes, at least 1.
  init(_ files: some Sequence<(size: UInt64, isWanted: Bool)>, pieceSize: UInt64) {
    var offset: UInt64 = 0
    var next: UInt64 = 0
    var last: UInt64?
    for file in files where file.size > 0 {
      let end = offset + file.size
      if file.isWanted {
        let first = max(next, offset / pieceSize)
        let piece = (end - 1) / pieceSize
        if piece >= first {
          pieces += piece - first + 1
          next = piece + 1
          last = piece
        }
      }
      offset = end
    }
    bytes = pieces * pieceSize
    // The very last piece is as short as the files are.
    if let last, offset < (last + 1) * pieceSize { bytes -= (last + 1) * pieceSize - offset }
  }
}
