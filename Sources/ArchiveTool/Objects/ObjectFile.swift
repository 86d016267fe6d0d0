// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Glibc

/// A torrent or metalink on disk.
enum ObjectFile {
  /// Puts `bytes` at `path` in one step; a file that holds them already is left alone.
  ///
  /// - Throws: `ArchiveError` when it cannot be written.
  static func write(_ bytes: [UInt8], to path: String) throws(ArchiveError) {
    if exists(path), let old = try? WholeFile.read(path, limit: bytes.count), old == bytes {
      return
    }
    let temporary = "\(path).\(getpid()).new"
    do throws(ArchiveError) {
      let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL)
      try file.write(bytes)
      try file.synchronize()
      guard rename(temporary, path) == 0 else { throw .system(errno, "replace", path) }
    } catch {
      unlink(temporary)
      throw error
    }
  }
}
