// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import FoundationEssentials
private import Glibc

/// How far the reading of the pool is, from run to run: `STATE/verify.json`.
///
/// Disposable: without it the next run begins anywhere, and finds again what is bad.
package struct PoolProgress: Codable, Hashable, Sendable {
  /// A run that has not come to its end.
  package struct Unfinished: Codable, Hashable, Sendable {
    /// Hexadecimal: where its arc begins, and how far in it everything was read.
    package var start: String
    package var reached: String
    package var percent: Int
    /// As the command line gave it.
    package var since: String?
    package var began: String
  }

  /// One suite of one archive.
  package struct Suite: Codable, Hashable, Sendable {
    /// Hexadecimal: where the next arc begins.
    package var next = "0"
    /// How much runs in a row have read since all was read last, in percent.
    package var covered = 0
    package var unfinished: Unfinished?
    /// Files that were bad when they were read last: every run reads them, until they are right.
    package var suspects: [String] = []

    package init() {}

    package var position: PoolPosition { PoolPosition(UInt64(next, radix: 16) ?? 0) }
  }

  private var format = 1
  private var suites: [String: Suite] = [:]

  package init() {}

  /// Reads the file in `state`; a fresh start where there is none, or none that can be read.
  package init(state: String) {
    guard let file = try? Descriptor.open(Self.path(state)), let size = try? file.status().st_size,
      size <= 64 << 20, let bytes = try? file.readAll(limit: Int(size)),
      let progress = try? JSONDecoder().decode(PoolProgress.self, from: Data(bytes)),
      progress.format == 1
    else { return }
    self = progress
  }

  /// What is known of the suite in `directory` of the archive at `archive`.
  package subscript(archive: String, directory: String) -> Suite {
    get { suites["\(archive)/dists/\(directory)"] ?? Suite() }
    set { suites["\(archive)/dists/\(directory)"] = newValue }
  }

  /// Writes the file in one step, durable when this returns.
  ///
  /// - Throws: `ArchiveError` when it cannot be written.
  package func write(state: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let bytes = [UInt8](try encoder.encode(self))
    try replaceFile(Self.path(state)) { (file) throws(ArchiveError) in try file.write(bytes) }
  }

  static func path(_ state: String) -> String { "\(state)/verify.json" }
}
