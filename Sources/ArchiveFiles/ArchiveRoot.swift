// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel
private import CLinux
package import Glibc

/// The directory of an archive, below which everything read must stay.
public final class ArchiveRoot: Sendable {
  /// The absolute path, symbolic links resolved.
  public let path: String
  private let directory: Descriptor

  /// Opens the archive at `path`.
  ///
  /// - Throws: `ArchiveError` when it is no directory or cannot be opened.
  public init(path: String) throws(ArchiveError) {
    self.path = try resolvedPath(path)
    directory = try Descriptor.open(self.path, O_RDONLY | O_DIRECTORY)
  }

  /// The absolute path of `path`, for messages and foreign programs.
  public func absolute(_ path: ArchivePath) -> String { "\(self.path)/\(path.string)" }

  /// Opens a regular file for reading; nil when it does not exist.
  ///
  /// - Throws: `ArchiveError`: EX_DATAERR when a symbolic link leads out of the archive or the
  ///   path names something other than a regular file.
  public func open(_ path: ArchivePath) throws(ArchiveError) -> Descriptor? {
    var status = stat()
    return try open(path, status: &status)
  }

  /// As `open`; `status` is what was seen of the file when it was opened.
  ///
  /// - Throws: as `open`.
  package func open(
    _ path: ArchivePath, status: inout stat
  ) throws(ArchiveError) -> Descriptor? {
    // O_NONBLOCK: a FIFO in the tree must not hang the run.
    let number = openBeneath(path, O_RDONLY | O_NONBLOCK)
    if number < 0, errno == ENOSYS || errno == EPERM {
      return try openByResolving(path, status: &status)
    }
    return try regularFile(number, path, &status)
  }

  /// What can be said of a file without waiting for a disk.
  package enum CachedOpening: ~Copyable {
    case open(Descriptor)
    case missing
    /// A disk may have to be waited for: `open` will tell.
    case unknown
  }

  /// As `open`, for a thread that must not wait.
  ///
  /// - Throws: as `open`.
  package func openCached(_ path: ArchivePath) throws(ArchiveError) -> CachedOpening {
    let number = archive_open_cached(directory.number, path.string, O_RDONLY | O_NONBLOCK)
    if number < 0, errno != ENOENT, errno != ENOTDIR { return .unknown }
    var status = stat()
    guard let descriptor = try regularFile(number, path, &status) else { return .missing }
    return .open(descriptor)
  }

  /// openat2(2) below the root, links that lead out refused; -1 and errno.
  func openBeneath(_ path: ArchivePath, _ flags: CInt) -> CInt {
    archive_open_beneath(directory.number, path.string, flags)
  }

  /// Whether `path` is a directory.
  package func isDirectory(_ path: ArchivePath) -> Bool {
    status(path.string)?.isDirectory ?? false
  }

  /// As `open`, where openat2(2) is not to be had: resolves first, then refuses what lies outside.
  package func openByResolving(
    _ path: ArchivePath, status: inout stat
  ) throws(ArchiveError) -> Descriptor? {
    guard let resolved = realpath(absolute(path), nil) else {
      return try regularFile(-1, path, &status)
    }
    defer { free(resolved) }
    // Bytes, because texts that Unicode calls equal are different directories.
    let inside = self.path == "/" ? "/" : self.path + "/"
    guard String(cString: resolved).utf8.starts(with: inside.utf8) else {
      throw .system(EXDEV, "open", absolute(path))
    }
    let number = Glibc.open(resolved, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOFOLLOW)
    return try regularFile(number, path, &status)
  }

  /// Takes an opened file, or what errno says of a failure.
  private func regularFile(
    _ number: CInt, _ path: ArchivePath, _ status: inout stat
  ) throws(ArchiveError) -> Descriptor? {
    guard number >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw .system(errno, "open", absolute(path))
    }
    let descriptor = Descriptor(owning: number, path: absolute(path))
    status = try descriptor.status()
    guard status.isRegularFile else {
      throw ArchiveError(
        .data, "expected a regular file", at: ArchiveError.Place(file: absolute(path)))
    }
    return descriptor
  }

  /// The status of what `path` (NUL-terminated, safe by its spelling) names, links followed; nil
  /// when nothing is there. No file is opened.
  package func status(_ path: UnsafePointer<CChar>) -> stat? {
    var status = stat()
    return fstatat(directory.number, path, &status, 0) == 0 ? status : nil
  }

  /// The status of `path`, nil when nothing is there.
  public func status(_ path: ArchivePath) -> StalenessKey? {
    status(path.string).map { StalenessKey($0) }
  }
}

/// realpath(3).
///
/// - Throws: `ArchiveError` when a part of the path does not exist or cannot be searched.
package func resolvedPath(_ path: String) throws(ArchiveError) -> String {
  guard let resolved = realpath(path, nil) else { throw .system(errno, "find", path) }
  defer { free(resolved) }
  return String(cString: resolved)
}
