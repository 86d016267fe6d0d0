// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
private import Glibc
private import Synchronization

/// A file that is being put together beside its destination, as `NAME.partial`: pieces in any order,
/// holes between them, and its name only when all of it is proven.
///
/// Every method may wait for a disk, so none may be called on an event loop. They may be called from
/// several threads as long as no two write the same bytes.
package final class PartialFile: Sendable {
  package let content: ContentID
  package let pieces: PieceTable
  /// What it will be called.
  package let destination: String
  private let file: Descriptor
  /// Whether it has its name already, and is there for others alone.
  private let isWhole: Bool
  /// What the finished file was like when it was last proven; nil before that.
  private let proven: Mutex<StalenessKey?>
  /// lseek(2)'s SEEK_DATA, which the C library's module does not show.
  private static let seekData: CInt = 3

  /// Opens what an earlier run left of the file, or begins it.
  ///
  /// - Throws: `ArchiveError`: EX_TEMPFAIL when another process is at it, or why it cannot be opened.
  package init(
    destination: String, content: ContentID, pieces: PieceTable
  ) throws(ArchiveError) {
    self.content = content
    self.pieces = pieces
    self.destination = destination
    isWhole = false
    proven = Mutex(nil)
    // Nobody leads us elsewhere by a link under that name.
    file = try Descriptor.open("\(destination).partial", O_RDWR | O_CREAT | O_NOFOLLOW)
    guard flock(file.number, LOCK_EX | LOCK_NB) == 0 else {
      throw ArchiveError(
        .temporary, "another process is fetching it", at: ArchiveError.Place(file: file.path))
    }
    let status = try file.status()
    guard status.isRegularFile else {
      throw ArchiveError(
        .data, "expected a regular file", at: ArchiveError.Place(file: file.path))
    }
    // Of a larger file that had this name.
    if UInt64(clamping: status.st_size) > content.size.rawValue { try truncate(to: 0) }
  }

  /// A file that is there already, to be read; nil when there is none, or another. Nothing is ever
  /// written to it.
  ///
  /// - Throws: `ArchiveError` when it is there and cannot be read.
  package init?(
    whole destination: String, content: ContentID, pieces: PieceTable
  ) throws(ArchiveError) {
    guard let file = try Self.whole(destination, content) else { return nil }
    proven = Mutex(StalenessKey(try file.status()))
    self.file = file
    self.content = content
    self.pieces = pieces
    self.destination = destination
    isWhole = true
  }

  /// Whether `path` is the content already, so that nothing has to be fetched.
  ///
  /// - Throws: `ArchiveError` when it is there and cannot be read.
  package static func isComplete(
    _ path: String, _ content: ContentID
  ) throws(ArchiveError) -> Bool {
    try whole(path, content) != nil
  }

  private static func whole(
    _ path: String, _ content: ContentID
  ) throws(ArchiveError) -> Descriptor? {
    var status = stat()
    guard lstat(path, &status) == 0, status.isRegularFile,
      UInt64(clamping: status.st_size) == content.size.rawValue
    else { return nil }
    let file = try Descriptor.open(path)
    // Of what was opened, which need not be what was looked at.
    guard try UInt64(clamping: file.status().st_size) == content.size.rawValue else { return nil }
    guard try file.sha256() == content.sha256 else { return nil }
    return file
  }

  /// Writes bytes at `offset`; they count only once their piece is checked.
  ///
  /// - Throws: `ArchiveError`, EX_IOERR for a full disk; what was written before stays.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: UInt64) throws(ArchiveError) {
    precondition(offset + UInt64(bytes.count) <= content.size.rawValue, "writes stay in the file")
    var rest = bytes
    var position = offset
    while !rest.isEmpty {
      let count = pwrite(file.number, rest.baseAddress, rest.count, off_t(position))
      if count >= 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest[count...])
        position += UInt64(count)
      } else if errno != EINTR {
        throw .system(errno, "write", file.path)
      }
    }
  }

  /// Reads bytes of a piece that was verified, for peers; fewer than asked only where there are fewer.
  ///
  /// - Throws: `ArchiveError` when the disk fails, or the finished file was removed or is another.
  package func read(
    into buffer: UnsafeMutableRawBufferPointer, at offset: UInt64
  ) throws(ArchiveError) -> Int {
    try prove()
    return try file.readFully(into: buffer, at: offset)
  }

  /// Sees to it that the finished file is still there and what it was; it is read again where it may
  /// have been changed.
  private func prove() throws(ArchiveError) {
    guard let before = proven.withLock({ $0 }) else { return }
    let status = try file.status()
    guard status.st_nlink > 0 else {
      throw ArchiveError(
        .noInput, "it was removed", at: ArchiveError.Place(file: destination))
    }
    let key = StalenessKey(status)
    guard key != before else { return }
    guard try file.sha256() == content.sha256 else {
      throw ArchiveError(
        .data, "it was changed, and is not what the index lists any more",
        at: ArchiveError.Place(file: destination))
    }
    proven.withLock { $0 = key }
  }

  /// Whether the piece at `index` is on disk as it must be.
  ///
  /// - Throws: `ArchiveError` when the disk fails.
  package func verify(_ index: Int) throws(ArchiveError) -> Bool {
    let range = pieces.range(of: index)
    return try file.sha256(of: range) == pieces.hashes[index]
  }

  /// The pieces that are already there. Holes are not read.
  ///
  /// - Throws: `ArchiveError` when the disk fails.
  package func verifiedPieces() throws(ArchiveError) -> [Bool] {
    var verified = [Bool](repeating: false, count: pieces.count)
    for index in 0..<pieces.count where hasData(pieces.range(of: index)) {
      verified[index] = try verify(index)
    }
    return verified
  }

  /// How many bytes from its start on a file without published pieces has: they can be checked only
  /// when all are there.
  ///
  /// - Throws: `ArchiveError` when the disk fails.
  package func length() throws(ArchiveError) -> UInt64 {
    UInt64(clamping: try file.status().st_size)
  }

  /// Forgets all that is there.
  ///
  /// - Throws: `ArchiveError` when the disk fails.
  package func restart() throws(ArchiveError) { try truncate(to: 0) }

  /// Checks the whole file, makes it durable, and gives it its name in one step.
  ///
  /// - Throws: `ArchiveError`: EX_DATAERR when it is not the content; then it stays what it was.
  package func finish() throws(ArchiveError) {
    guard !isWhole else { return }
    try truncate(to: content.size.rawValue)
    let found = try file.sha256()
    guard found == content.sha256 else {
      throw ArchiveError(
        .data, "SHA-256 is \(found), the index lists \(content.sha256)",
        at: ArchiveError.Place(file: file.path))
    }
    try file.synchronize()
    guard rename(file.path, destination) == 0 else {
      throw .system(errno, "rename", file.path)
    }
    let directory = destination.lastIndex(of: "/").map { String(destination[..<$0]) } ?? "."
    try synchronizeDirectory(directory.isEmpty ? "/" : directory)
    let key = StalenessKey(try file.status())
    proven.withLock { $0 = key }
  }

  /// Removes what is there.
  package func discard() { unlink(file.path) }

  private func truncate(to size: UInt64) throws(ArchiveError) {
    guard ftruncate(file.number, off_t(size)) == 0 else {
      throw .system(errno, "change the size of", file.path)
    }
  }

  /// Whether anything was written to `range`; where the file system cannot tell, it may have been.
  private func hasData(_ range: Range<UInt64>) -> Bool {
    let start = lseek(file.number, off_t(range.lowerBound), Self.seekData)
    // ENXIO: nothing behind it.
    if start < 0 { return errno != ENXIO }
    return UInt64(start) < range.upperBound
  }
}
