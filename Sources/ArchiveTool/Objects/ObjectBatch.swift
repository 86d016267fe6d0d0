// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Glibc

/// Torrents or metalinks that are written to one directory and appear there when all are durable:
/// one sync for all, because one a file would take minutes for an archive.
struct ObjectBatch: ~Copyable {
  private let directory: String
  private let isDryRun: Bool
  // By bytes: names that Unicode calls equal are different files.
  private var paths: [[UInt8]: ArchivePath] = [:]
  private var pending: [String] = []
  private let suffix = ".\(getpid()).new"

  /// Makes the directory where it is missing.
  ///
  /// - Throws: `ArchiveError` when it cannot be made.
  init(directory: String, isDryRun: Bool) throws(ArchiveError) {
    self.directory = directory
    self.isDryRun = isDryRun
    if !isDryRun { try makeDirectories(directory) }
  }

  deinit {
    for path in pending { unlink(path + suffix) }
  }

  /// Takes the object of `file`; a file that holds these bytes already is left alone.
  ///
  /// - Parameters:
  ///   - bytes: the whole object.
  ///   - name: below the directory.
  ///   - file: what it describes.
  /// - Returns: the path that it will have.
  /// - Throws: `ArchiveError` when it cannot be written, or another one has its name.
  mutating func add(
    _ bytes: [UInt8], _ name: String, of file: ArchivePath
  ) throws(ArchiveError) -> String {
    let path = "\(directory)/\(name)"
    if let other = paths.updateValue(file, forKey: Array(path.utf8)) {
      throw ArchiveError(
        .usage, "\(file) and \(other) would both be \(path)",
        advice: "choose one of them by --suite or --architecture")
    }
    if isDryRun { return path }
    if exists(path), let old = try? WholeFile.read(path, limit: bytes.count), old == bytes {
      return path
    }
    pending.append(path)
    try Descriptor.open(path + suffix, O_WRONLY | O_CREAT | O_EXCL).write(bytes)
    return path
  }

  /// Makes all of them durable, then visible.
  ///
  /// - Throws: `ArchiveError` when one cannot be.
  mutating func finish() throws(ArchiveError) {
    if pending.isEmpty { return }
    try synchronizeFileSystem(directory)
    while let path = pending.last {
      guard rename(path + suffix, path) == 0 else { throw .system(errno, "replace", path) }
      pending.removeLast()
    }
    try synchronizeDirectory(directory)
  }
}
