// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// A part of a piece, as request, cancel and reject name it (BEP 3, BEP 6): `index | begin | length`,
/// 32 bits each.
public struct BlockRequest: Hashable, Sendable {
  /// The piece's index, or its number in a numbered torrent.
  public let piece: UInt32
  /// Where the block begins in the piece, in bytes.
  public let offset: UInt32
  /// Its length in bytes.
  public let length: UInt32

  public init(piece: UInt32, offset: UInt32, length: UInt32) {
    self.piece = piece
    self.offset = offset
    self.length = length
  }

  /// Whether this is a block that may be asked of a piece of `pieceLength` bytes.
  public func lies(within pieceLength: UInt64) -> Bool {
    length > 0 && length <= UInt32(WireLimits.blockBytes)
      && UInt64(offset) + UInt64(length) <= pieceLength
  }

  static let byteCount = 12

  init(_ payload: UnsafeRawBufferPointer) {
    piece = payload.bigEndian(at: 0, as: UInt32.self)
    offset = payload.bigEndian(at: 4, as: UInt32.self)
    length = payload.bigEndian(at: 8, as: UInt32.self)
  }

  func append(to output: inout [UInt8]) {
    output.append(bigEndian: piece)
    output.append(bigEndian: offset)
    output.append(bigEndian: length)
  }
}
