// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// The bytes of a piece while they come together.
package final class PieceBuffer: @unchecked Sendable {  // Handed on, never used by two at a time.
  private let memory: UnsafeMutableRawBufferPointer

  /// Room for `length` bytes, which mean nothing yet.
  init(length: Int) {
    memory = .allocate(byteCount: max(1, length), alignment: 16)
    self.length = length
  }

  /// How many bytes the piece has.
  package let length: Int

  deinit { memory.deallocate() }

  /// Takes bytes over; what lies beyond the piece is left out.
  func put(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard offset >= 0, offset < length else { return }
    let count = min(bytes.count, length - offset)
    UnsafeMutableRawBufferPointer(rebasing: memory[offset..<offset + count])
      .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
  }

  /// The bytes.
  package var bytes: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(rebasing: memory[..<length])
  }
}

/// Where verified pieces of a file go, and come from for others; its calls never block the loop.
package protocol PieceStore: AnyObject {
  /// Writes a verified piece.
  func write(_ piece: Int, _ buffer: PieceBuffer) -> EventLoopFuture<Void>
  /// Bytes of the file, from pieces that were written.
  func read(_ range: Range<UInt64>) -> EventLoopFuture<ByteBuffer>
  /// All pieces are written: gives the file its name.
  func finish() -> EventLoopFuture<Void>
}
