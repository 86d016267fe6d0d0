// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Glibc
import PieceHasher

/// A directory of its own with the files of one test, gone with it.
final class TestArchive: Sendable {
  let root: ArchiveRoot

  init() throws {
    let directory = FileManager.default.temporaryDirectory
      .appending(path: "piece-hasher-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    root = try ArchiveRoot(path: directory.path)
  }

  deinit { try? FileManager.default.removeItem(atPath: root.path) }

  /// The absolute path of `name`.
  func path(_ name: String) -> String { "\(root.path)/\(name)" }

  /// Makes the file anew, or with `flags` adds to it.
  func write(_ bytes: [UInt8], to name: String, flags: CInt = O_TRUNC) throws {
    let file = try Descriptor.open(path(name), O_WRONLY | O_CREAT | flags)
    try bytes.withUnsafeBytes { try file.write($0) }
  }

  /// The job of hashing `name`, which is expected to hold `bytes`.
  func job(
    _ name: String, _ bytes: [UInt8], base: PieceSize = .leaf, id: Int = 0
  ) throws -> HashJob {
    let content = ContentID(sha256: try .hashing(bytes), size: ByteCount(UInt64(bytes.count)))
    return HashJob(id: id, path: try ArchivePath(name), expected: content, base: base)
  }

  /// A hasher of this archive that goes the given way.
  func hasher(
    _ way: Way, _ tuning: HashTuning, hashes: PieceHashes = .all
  ) throws -> PieceHasher {
    var options = try way.options()
    options.hashes = hashes
    return PieceHasher(root: root, workers: way.workers, options: options, tuning: tuning)
  }

  /// What comes of one job.
  func outcome(
    _ job: HashJob, _ way: Way = .alone, hashes: PieceHashes = .all,
    afterFirstRead: (@Sendable (ArchivePath) -> Void)? = nil
  ) async throws -> HashOutcome? {
    var tuning = way.tuning
    tuning.afterFirstRead = afterFirstRead
    var outcomes: [HashOutcome] = []
    try await hasher(way, tuning, hashes: hashes).run([job]) { outcomes.append($1) }
    return outcomes.count == 1 ? outcomes[0] : nil
  }
}

extension HashOutcome {
  /// The digests of a verified file.
  var digests: FileDigests? {
    if case .verified(let digests, _) = self { digests } else { nil }
  }
}
