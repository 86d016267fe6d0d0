// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import NIOCore

@testable import SwarmClient

/// A file in memory, confined to a loop.
final class MemoryStore: PieceStore {
  private let loop: any EventLoop
  private let table: PieceTable
  private(set) var bytes: [UInt8]
  private(set) var isFinished = false
  /// Whether nothing can be read any more.
  var isGone = false
  /// How often some of it was read.
  private(set) var reads = 0
  /// Whether the last byte of each whole block that is read is wrong.
  private let lies: Bool

  init(_ file: PackageFile, loop: any EventLoop, content: [UInt8]? = nil, lies: Bool = false) {
    self.lies = lies
    self.loop = loop
    table = file.pieces
    bytes = content ?? [UInt8](repeating: 0, count: Int(file.content.size.rawValue))
  }

  func write(_ piece: Int, _ buffer: PieceBuffer) -> EventLoopFuture<Void> {
    let range = table.range(of: piece)
    bytes.replaceSubrange(Int(range.lowerBound)..<Int(range.upperBound), with: buffer.bytes)
    return loop.makeSucceededVoidFuture()
  }

  struct Gone: Error {}

  /// Turns a bit of the first byte.
  func damage() { bytes[0] ^= 1 }

  func read(_ range: Range<UInt64>) -> EventLoopFuture<ByteBuffer> {
    if isGone { return loop.makeFailedFuture(Gone()) }
    reads += 1
    var part = Array(bytes[Int(range.lowerBound)..<Int(range.upperBound)])
    // Other lengths are those of pieces, which are read for their leaves.
    if lies, part.count == 16 << 10 { part[part.count - 1] ^= 1 }
    return loop.makeSucceededFuture(ByteBuffer(bytes: part))
  }

  func finish() -> EventLoopFuture<Void> {
    isFinished = true
    return loop.makeSucceededVoidFuture()
  }
}
