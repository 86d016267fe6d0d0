// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel
internal import Glibc
package import NIOCore

/// A file that is being sent; closed when the last response that needs it is done.
package final class OpenFile: Sendable {
  /// Fixed when the file was opened.
  package let representation: Representation
  private let descriptor: Descriptor
  /// Borrows the descriptor's number: NIO sends only what it has a handle of.
  private let handle: NIOFileHandle

  /// Takes `descriptor`, opened for `path`.
  ///
  /// - Throws: `ArchiveError` when it cannot be examined.
  package init(_ descriptor: consuming Descriptor, path: ArchivePath) throws(ArchiveError) {
    let status = try descriptor.status()
    let key = StalenessKey(status)
    representation = Representation(
      size: key.size.rawValue,
      tag: EntityTag(inode: key.inode, size: key.size.rawValue, modified: key.modified),
      modified: HTTPDate(seconds: Int64(status.st_mtim.tv_sec)),
      mediaType: MediaType.of(path.name))
    handle = NIOFileHandle(_deprecatedTakingOwnershipOfDescriptor: descriptor.number)
    self.descriptor = descriptor
  }

  /// The bytes of `range`, for sendfile(2); valid while this object lives.
  package func region(_ range: Range<UInt64>) -> FileRegion {
    FileRegion(
      fileHandle: handle, readerIndex: Int(clamping: range.lowerBound),
      endIndex: Int(clamping: range.upperBound))
  }

  /// Whether somebody has shortened the file since it was opened.
  package var isTruncated: Bool {
    guard let size = try? descriptor.status().st_size else { return true }
    return UInt64(clamping: size) < representation.size
  }

  deinit {
    // The number stays the descriptor's, which closes it after this.
    _ = try? handle.takeDescriptorOwnership()
  }
}
