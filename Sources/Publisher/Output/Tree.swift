// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import CLinux
private import Glibc

/// Gives `new` the inode of `old`, making directories on the way.
func link(_ old: String, as new: String) throws(ArchiveError) {
  if Glibc.link(old, new) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, let slash = new.lastIndex(of: "/"), exists(old) else {
    throw .system(errno, "link", new)
  }
  try makeDirectories(String(new[..<slash]))
  guard Glibc.link(old, new) == 0 || errno == EEXIST else { throw .system(errno, "link", new) }
}

/// rename(2).
func move(_ old: String, to new: String) throws(ArchiveError) {
  guard rename(old, new) == 0 else { throw .system(errno, "rename to \(new)", old) }
}

/// Points the symbolic link `path` at `target` in one step, whatever it pointed at before.
func replaceLink(_ path: String, target: String) throws(ArchiveError) {
  if linkTarget(path) == target { return }
  // One run at a time holds the lock, and takes over what a killed one left.
  let temporary = "\(path).new"
  unlink(temporary)
  guard symlink(target, temporary) == 0 else { throw .system(errno, "create", temporary) }
  guard rename(temporary, path) == 0 else {
    let number = errno
    unlink(temporary)
    throw .system(number, "replace", path)
  }
}

/// Swaps two directories in one step.
func exchange(_ a: String, _ b: String) throws(ArchiveError) {
  guard archive_rename_exchange(a, b) == 0 else {
    if errno == EINVAL || errno == ENOSYS {
      throw ArchiveError(
        .unavailable, "the file system cannot exchange two directories",
        at: ArchiveError.Place(file: b),
        advice: "publish beside, or keep the archive on ext4, xfs, btrfs or tmpfs")
    }
    throw .system(errno, "exchange", b)
  }
}

/// Every directory below `path`, itself included, made durable.
func synchronizeTree(_ path: String) throws(ArchiveError) {
  for name in try directoryEntries(path) {
    var status = stat()
    let child = "\(path)/\(name)"
    if lstat(child, &status) == 0, status.isDirectory { try synchronizeTree(child) }
  }
  try synchronizeDirectory(path)
}

/// A tree of the same inodes: what is a hard link away is no copy.
struct LinkedTree {
  /// What a file was when it was linked, to tell later whether someone wrote meanwhile.
  private(set) var seen: [String: StalenessKey] = [:]

  /// Fills `new` with links to everything in `old` but the paths in `skipped`, relative to `old`.
  mutating func link(
    _ old: String, to new: String, skipping skipped: Set<String>, prefix: String = ""
  ) throws(ArchiveError) {
    try makeDirectories(new)
    for name in try directoryEntries(old) {
      let path = prefix + name
      var status = stat()
      guard lstat("\(old)/\(name)", &status) == 0 else { continue }
      if status.isDirectory {
        try link("\(old)/\(name)", to: "\(new)/\(name)", skipping: skipped, prefix: path + "/")
        continue
      }
      seen[path] = Self.key(status)
      if skipped.contains(path) { continue }
      if let target = linkTarget("\(old)/\(name)") {
        guard symlink(target, "\(new)/\(name)") == 0 else { throw .system(errno, "create", name) }
      } else {
        try Publisher.link("\(old)/\(name)", as: "\(new)/\(name)")
      }
    }
  }

  /// Whether `old` still holds just what was linked.
  func isUnchanged(_ old: String, prefix: String = "") throws(ArchiveError) -> Bool {
    var count = 0
    return try matches(old, prefix: "", &count) && count == seen.count
  }

  private func matches(
    _ old: String, prefix: String, _ count: inout Int
  ) throws(ArchiveError) -> Bool {
    for name in try directoryEntries(old) {
      var status = stat()
      guard lstat("\(old)/\(name)", &status) == 0 else { return false }
      if status.isDirectory {
        guard try matches("\(old)/\(name)", prefix: "\(prefix)\(name)/", &count) else {
          return false
        }
      } else {
        count += 1
        guard seen[prefix + name] == Self.key(status) else { return false }
      }
    }
    return true
  }

  /// Linking changes ctime, so it is left out.
  private static func key(_ status: stat) -> StalenessKey {
    let key = StalenessKey(status)
    return StalenessKey(inode: key.inode, size: key.size, modified: key.modified, changed: 0)
  }
}
