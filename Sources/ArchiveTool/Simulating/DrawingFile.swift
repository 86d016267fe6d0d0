// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc

/// A drawing that is written for `--svg`.
enum DrawingFile {
  /// Writes `text` to `path`; what was there stays until all of it is written.
  ///
  /// - Throws: `ArchiveError` when it cannot be written.
  static func write(_ text: String, to path: String) throws(ArchiveError) {
    let bytes = Array(text.utf8)
    var status = stat()
    // A pipe or terminal is written to, not replaced.
    if stat(path, &status) == 0, status.st_mode & S_IFMT != S_IFREG {
      try Descriptor.open(path, O_WRONLY).write(bytes)
      return
    }
    let new = TemporaryName.of(path)
    do throws(ArchiveError) {
      try Descriptor.open(new, O_WRONLY | O_CREAT | O_EXCL).write(bytes)
      guard rename(new, path) == 0 else { throw ArchiveError.system(errno, "replace", path) }
    } catch {
      unlink(new)
      throw error
    }
  }
}
