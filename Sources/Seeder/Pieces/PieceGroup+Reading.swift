// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

extension PieceGroup {
  /// What came of reading pieces.
  enum Reading {
    case complete
    /// Some bytes could not be had.
    case short
    /// The file is not as it was when it was opened.
    case changed
  }

  /// Appends the frames of all pieces, whose bytes `read` takes out of `file`: into a buffer, from an
  /// offset on; how many it got. Unless all of them are of one version, nothing is appended.
  func append(
    of file: OpenFile, to output: inout ByteBuffer,
    read: (UnsafeMutableRawBufferPointer, UInt64) -> Int?
  ) -> Reading {
    let start = output.writerIndex
    for piece in pieces {
      let count = Int(piece.bytes.upperBound - piece.bytes.lowerBound)
      PieceFrame(number: piece.number, status: 200, count: UInt64(count)).write(to: &output)
      let got = output.writeWithUnsafeMutableBytes(minimumWritableBytes: count) {
        read(UnsafeMutableRawBufferPointer(rebasing: $0[..<count]), piece.bytes.lowerBound) ?? 0
      }
      if got != count {
        output.moveWriterIndex(to: start)
        return .short
      }
    }
    // After what was read, which may else be of two versions.
    if file.isUnchanged { return .complete }
    output.moveWriterIndex(to: start)
    return .changed
  }
}
