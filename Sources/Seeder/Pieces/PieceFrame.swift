// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import HTTPMessages
package import NIOCore

/// What stands before each piece in a stream of pieces.
///
///     number   uint32  the piece's number
///     status   uint16  200, or why there are no bytes, as a status of HTTP
///     reserved uint16  0
///     length   uint64  how many bytes follow: the piece's, or those of a reason in UTF-8
///
/// All in network byte order.
package struct PieceFrame: Hashable, Sendable {
  package static let length = 16
  package static let mediaType = "application/vnd.archive-tool.pieces"

  package let number: PieceNumber
  package let status: UInt16
  package let count: UInt64

  package init(number: PieceNumber, status: UInt16, count: UInt64) {
    self.number = number
    self.status = status
    self.count = count
  }

  /// Reads a frame's head; nil until all of it is there, and for one that no stream has.
  package init?(_ buffer: inout ByteBuffer) {
    guard buffer.readableBytes >= Self.length,
      let (number, status, reserved, count) = buffer.readMultipleIntegers(
        as: (UInt32, UInt16, UInt16, UInt64).self), reserved == 0
    else { return nil }
    self.init(number: PieceNumber(number), status: status, count: count)
  }

  /// Appends the frame's head.
  package func write(to buffer: inout ByteBuffer) {
    buffer.writeMultipleIntegers(number.rawValue, status, UInt16(0), count)
  }

  /// Appends a frame that says why there is no piece.
  static func write(
    _ reason: String, status: UInt16, number: PieceNumber, to buffer: inout ByteBuffer
  ) {
    PieceFrame(number: number, status: status, count: UInt64(reason.utf8.count)).write(to: &buffer)
    buffer.writeString(reason)
  }

  /// What the response says of itself.
  static let fields = EntityFields([
    Field("Content-Type", mediaType), Field("Cache-Control", "no-store"),
  ])
}
