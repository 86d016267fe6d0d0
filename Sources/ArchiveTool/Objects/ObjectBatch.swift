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

  /// Makes the directory where it is missing, and removes what killed runs left there.
  ///
  /// - Throws: `ArchiveError` when it cannot be made.
  init(directory: String, isDryRun: Bool) throws(ArchiveError) {
    self.directory = directory
    self.isDryRun = isDryRun
    if isDryRun { return }
    try makeDirectories(directory)
    TemporaryName.removeAbandoned(in: directory) {
      $0.hasSuffix(".torrent") || $0.hasSuffix(".meta4")
    }
  }

  deinit {
    for path in pending { unlink(TemporaryName.of(path)) }
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
    let temporary = TemporaryName.of(path)
    do throws(ArchiveError) {
      try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL).write(bytes)
    } catch {
      // The others of the batch can still be finished.
      unlink(temporary)
      throw error
    }
    pending.append(path)
    return path
  }

  /// Makes all of them durable, then visible.
  ///
  /// - Throws: `ArchiveError` when one cannot be.
  mutating func finish() throws(ArchiveError) {
    if pending.isEmpty { return }
    try synchronizeFileSystem(directory)
    while let path = pending.last {
      guard rename(TemporaryName.of(path), path) == 0 else { throw .system(errno, "replace", path) }
      pending.removeLast()
    }
    try synchronizeDirectory(directory)
  }
}
