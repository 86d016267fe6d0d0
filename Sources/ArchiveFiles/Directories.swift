// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
private import CLinux
internal import Glibc

/// The names in a directory, without `.` and `..`, sorted bytewise so that runs are reproducible.
///
/// - Throws: `ArchiveError` when it cannot be read.
package func directoryEntries(_ path: String) throws(ArchiveError) -> [String] {
  guard let stream = opendir(path) else { throw .system(errno, "list", path) }
  defer { closedir(stream) }
  var names: [String] = []
  while let entry = readdir(stream) {
    let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
      pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
    }
    if name != ".", name != ".." { names.append(name) }
  }
  return names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
}

/// Makes a directory and its parents where they are missing.
///
/// - Throws: `ArchiveError` when one cannot be made.
package func makeDirectories(_ path: String) throws(ArchiveError) {
  if mkdir(path, 0o755) == 0 || errno == EEXIST { return }
  guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
    throw .system(errno, "create", path)
  }
  try makeDirectories(String(path[..<slash]))
  guard mkdir(path, 0o755) == 0 || errno == EEXIST else { throw .system(errno, "create", path) }
}

/// Removes a tree without following links; what is not there is no error.
///
/// - Throws: `ArchiveError` when something cannot be removed.
package func removeTree(_ path: String) throws(ArchiveError) {
  var status = stat()
  guard lstat(path, &status) == 0 else { return }
  guard status.isDirectory else {
    guard unlink(path) == 0 || errno == ENOENT else { throw .system(errno, "remove", path) }
    return
  }
  for name in try directoryEntries(path) { try removeTree("\(path)/\(name)") }
  guard rmdir(path) == 0 || errno == ENOENT else { throw .system(errno, "remove", path) }
}

/// Makes the directory entries of `path` durable.
///
/// - Throws: `ArchiveError` when the disk fails.
package func synchronizeDirectory(_ path: String) throws(ArchiveError) {
  try Descriptor.open(path, O_RDONLY | O_DIRECTORY).synchronize()
}

/// Makes all that was written to the file system of the directory `path` durable: one call for many
/// files.
///
/// - Throws: `ArchiveError` when the disk fails.
package func synchronizeFileSystem(_ path: String) throws(ArchiveError) {
  let directory = try Descriptor.open(path, O_RDONLY | O_DIRECTORY)
  guard archive_sync_file_system(directory.number) == 0 else {
    throw .system(errno, "write to disk", path)
  }
}

/// Whether `path` exists; links are not followed.
package func exists(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0
}

/// The target of the symbolic link `path`; nil when it is none.
package func linkTarget(_ path: String) -> String? {
  var bytes = [CChar](repeating: 0, count: 4096)
  let count = readlink(path, &bytes, bytes.count)
  guard count > 0 else { return nil }
  return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
}
