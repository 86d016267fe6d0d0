// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel
private import CLinux
internal import Glibc
package import HTTPMessages
package import NIOCore

/// A file that is being served; closed when the last response that needs it is done.
package final class OpenFile: Sendable {
  /// What was seen of the file when it was opened.
  package let key: StalenessKey
  /// Of the last write.
  package let modified: HTTPDate
  private let links: UInt64
  private let descriptor: Descriptor
  /// Borrows the descriptor's number: NIO sends only what it has a handle of.
  private let handle: NIOFileHandle

  /// Takes `descriptor`.
  ///
  /// - Throws: `ArchiveError` when it cannot be examined.
  package init(_ descriptor: consuming Descriptor) throws(ArchiveError) {
    let status = try descriptor.status()
    key = StalenessKey(status)
    links = UInt64(status.st_nlink)
    modified = HTTPDate(seconds: Int64(status.st_mtim.tv_sec))
    handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor.number)
    self.descriptor = descriptor
  }

  package var size: UInt64 { key.size.rawValue }

  /// The bytes of `range`, for sendfile(2); valid while this object lives.
  package func region(_ range: Range<UInt64>) -> FileRegion {
    FileRegion(
      fileHandle: handle, readerIndex: Int(clamping: range.lowerBound),
      endIndex: Int(clamping: range.upperBound))
  }

  /// Whether the bytes are still those that were there when it was opened.
  ///
  /// A file that another replaced keeps its bytes, but not its count of links and so not its
  /// ctime: that alone is no change.
  package var isUnchanged: Bool {
    var status = stat()
    guard fstat(descriptor.number, &status) == 0 else { return false }
    let now = StalenessKey(status)
    return now.modified == key.modified && now.size == key.size
      && (now.changed == key.changed || UInt64(status.st_nlink) != links)
  }

  /// Whether somebody has shortened the file since it was opened.
  package var isTruncated: Bool {
    var status = stat()
    guard fstat(descriptor.number, &status) == 0 else { return true }
    return UInt64(clamping: status.st_size) < size
  }

  /// Reads at `offset` what is in memory; returns how much that was, nil when the disk would have
  /// to be waited for.
  @inline(__always)
  package func readCached(
    into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) -> Int? {
    guard let base = buffer.baseAddress else { return 0 }
    let count = archive_read_cached(descriptor.number, base, buffer.count, Int64(offset))
    return count < 0 ? nil : count
  }

  /// Whether the byte at `offset` is in memory.
  package func isCached(at offset: UInt64) -> Bool {
    var byte: UInt8 = 0
    return withUnsafeMutableBytes(of: &byte) { readCached(into: $0, at: offset) != nil }
  }

  /// Gives back the memory that holds its bytes.
  func dropFromCache() { _ = posix_fadvise(descriptor.number, 0, 0, POSIX_FADV_DONTNEED) }

  /// Hands bytes of `range` to a socket that does not block; how many it took, nil when it is lost.
  package func send(_ range: Range<UInt64>, to socket: CInt) -> UInt64? {
    let count = archive_send_file(
      socket, descriptor.number, Int64(range.lowerBound),
      Int(range.upperBound - range.lowerBound))
    return count < 0 ? nil : UInt64(count)
  }

  /// Reads at `offset` until `buffer` is full or the file ends; blocks on the disk.
  ///
  /// - Throws: `ArchiveError` when the disk fails.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(ArchiveError) -> Int {
    try descriptor.readFully(into: buffer, at: offset)
  }

  deinit {
    // The number stays the descriptor's, which closes it after this.
    _ = try? handle.takeDescriptorOwnership()
  }
}
