// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// What one event loop was asked for since it was last emptied.
///
/// A request adds to numbers in its `CachedFile` alone. They come here when the file is closed, and
/// when the log is emptied, so that a path is looked up once for all the requests between.
final class DemandLog {
  /// What was gathered.
  struct Contents: Sendable {
    var files: [ArchivePath: FileDemand] = [:]
    /// Bytes of files by suite; `""` for those of no suite.
    var suites: [String: UInt64] = [:]
  }

  private var contents = Contents()
  /// With more files than this, the half that was asked for least is forgotten.
  private let capacity: Int

  init(capacity: Int = 4096) { self.capacity = capacity }

  /// Adds what was asked of a file; what lies outside the pool is no package, and counts for its
  /// suite alone.
  func add(_ demand: FileDemand, of place: Place, suite: String) {
    guard !demand.isEmpty else { return }
    contents.suites[suite, default: 0] += demand.bytes
    guard let path = place.path, place.tree == .archive, path.string.utf8.starts(with: "pool/".utf8)
    else { return }
    contents.files[path, default: FileDemand()] += demand
    if contents.files.count > capacity { prune() }
  }

  private func prune() {
    let counts = contents.files.values.map(\.requests).sorted(by: >)
    let least = counts[capacity / 2]
    contents.files = contents.files.filter { $0.value.requests > least }
  }

  /// Empties it.
  func take() -> Contents {
    defer { contents = Contents() }
    return contents
  }
}
