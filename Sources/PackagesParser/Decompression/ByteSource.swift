// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// A stream of bytes that is read once, in order.
public protocol ByteSource: AnyObject {
  /// Where the bytes come from, for messages.
  var name: String { get }

  /// Fills a part of `buffer`, which is not empty.
  ///
  /// - Returns: how many bytes were written, 0 at the end.
  /// - Throws: `ArchiveError` when the bytes cannot be had or do not match what was promised.
  func read(into buffer: UnsafeMutableRawBufferPointer) throws(ArchiveError) -> Int
}

/// Bytes in memory as a source; for small files and tests.
public final class MemorySource: ByteSource {
  public let name: String
  private let bytes: [UInt8]
  private let chunk: Int
  private var position = 0

  /// Gives `bytes`, at most `chunk` of them at a time.
  public init(_ bytes: [UInt8], name: String, chunk: Int = .max) {
    self.bytes = bytes
    self.name = name
    self.chunk = max(1, chunk)
  }

  public func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - position, chunk)
    bytes.withUnsafeBytes {
      buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[position..<position + count]))
    }
    position += count
    return count
  }
}
