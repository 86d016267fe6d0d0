// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import NIOPosix

/// A partial file whose disk is waited for by a thread of the pool.
final class DiskStore: PieceStore {
  private let partial: PartialFile
  private let pool: NIOThreadPool
  private let loop: any EventLoop

  init(_ partial: PartialFile, pool: NIOThreadPool, loop: any EventLoop) {
    self.partial = partial
    self.pool = pool
    self.loop = loop
  }

  func write(_ piece: Int, _ buffer: PieceBuffer) -> EventLoopFuture<Void> {
    let partial = partial
    return pool.runIfActive(eventLoop: loop) {
      try partial.write(buffer.bytes, at: partial.pieces.range(of: piece).lowerBound)
    }
  }

  func read(_ range: Range<UInt64>) -> EventLoopFuture<ByteBuffer> {
    let partial = partial
    return pool.runIfActive(eventLoop: loop) {
      var bytes = ByteBufferAllocator().buffer(capacity: range.count)
      try bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: range.count) { memory in
        try partial.read(
          into: UnsafeMutableRawBufferPointer(rebasing: memory[..<range.count]),
          at: range.lowerBound)
      }
      return bytes
    }
  }

  func finish() -> EventLoopFuture<Void> {
    let partial = partial
    return pool.runIfActive(eventLoop: loop) { try partial.finish() }
  }
}
