// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel
package import Glibc

/// What tells whether a file may have changed since it was verified.
///
/// Nanoseconds and ctime, because a mirror sync keeps mtime and size across a swap of contents.
/// The device is left out: its number changes with each boot on some systems.
public struct StalenessKey: Hashable, Sendable {
  public let inode: UInt64
  public let size: ByteCount
  /// Nanoseconds since the epoch.
  public let modified: Int64
  /// Nanoseconds since the epoch.
  public let changed: Int64

  /// Joins the four parts, as read back from a ledger.
  public init(inode: UInt64, size: ByteCount, modified: Int64, changed: Int64) {
    self.inode = inode
    self.size = size
    self.modified = modified
    self.changed = changed
  }

  package init(_ status: stat) {
    func nanoseconds(_ time: timespec) -> Int64 {
      Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
    inode = UInt64(status.st_ino)
    size = ByteCount(UInt64(clamping: status.st_size))
    modified = nanoseconds(status.st_mtim)
    changed = nanoseconds(status.st_ctim)
  }
}

extension stat {
  package var isRegularFile: Bool { st_mode & S_IFMT == S_IFREG }
  package var isDirectory: Bool { st_mode & S_IFMT == S_IFDIR }
  package var isSymbolicLink: Bool { st_mode & S_IFMT == S_IFLNK }
}
