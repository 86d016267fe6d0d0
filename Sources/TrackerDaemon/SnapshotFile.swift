// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Glibc
internal import Tracker

/// Where swarms outlive the process.
struct SnapshotFile: Sendable {
  /// A swarm of 100 million peers takes a fifth of it.
  private static let limit = 4 << 30

  let path: String

  /// Writes all swarms of `engine`: to a file beside it first, so that there is always a whole one.
  ///
  /// - Throws: `ArchiveError` when it cannot be written; the last one stands then.
  func write(_ engine: TrackerEngine) throws(ArchiveError) {
    try replaceFile(path, mode: 0o600) { (file) throws(ArchiveError) in
      try engine.writeSnapshot(at: .now, time: UInt64(clamping: time(nil))) {
        (bytes) throws(ArchiveError) in
        try file.write(bytes)
      }
    }
  }

  /// Takes the swarms back; nothing where there is no snapshot yet.
  ///
  /// - Throws: `ArchiveError` when it cannot be read or is damaged.
  func read(into engine: TrackerEngine) throws(ArchiveError) {
    if access(path, F_OK) != 0, errno == ENOENT { return }
    let file = try Descriptor.open(path)
    let size = Int(try file.status().st_size)
    guard size <= Self.limit else {
      throw ArchiveError(
        .data, "larger than \(Self.limit) bytes", at: ArchiveError.Place(file: path))
    }
    let bytes = try file.readAll(limit: size)
    try engine.readSnapshot(bytes, file: path, at: .now, time: UInt64(clamping: time(nil)))
  }
}
