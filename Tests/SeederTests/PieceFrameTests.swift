// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import NIOCore
import Seeder
import Testing

/// What frames the answer to `POST /pieces/<torrent id>`.
struct PieceFrameTests {
  /// The bytes that docs/protocol.md shows.
  @Test func framesAreInNetworkByteOrder() {
    var buffer = ByteBuffer()
    PieceFrame(number: PieceNumber(4711), status: 200, count: 98993).write(to: &buffer)
    let bytes: [UInt8] = [0, 0, 0x12, 0x67, 0, 200, 0, 0, 0, 0, 0, 0, 0, 1, 0x82, 0xB1]
    #expect(Array(buffer.readableBytesView) == bytes)
    #expect(
      PieceFrame(&buffer) == PieceFrame(number: PieceNumber(4711), status: 200, count: 98993))
    #expect(buffer.readableBytes == 0)
    var short = ByteBuffer(bytes: bytes.dropLast())
    #expect(PieceFrame(&short) == nil)
  }
}
