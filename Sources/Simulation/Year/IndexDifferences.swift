// SPDX-License-Identifier: Apache-2.0

/// What apt would fetch of a piece index that an archive published the usual way: rewritten by each run
/// to hold living contents alone, with differences as `Packages.diff` has them.
///
/// A difference is an ed script: a line that deletes each stanza that went, and one command that appends
/// those that came, compressed as well as the run's member of the real piece index is. apt fetches the
/// list of differences (its three tables of SHA-256, uncompressed as apt's is), then either each
/// difference since its own version, or one that merges them. It takes the whole index where the
/// differences are larger (`Acquire::PDiffs::SizeLimit` 100), and where its version is no longer listed.
struct IndexDifferences {
  /// Differences that are kept: dak's default, a fortnight at four a day.
  static let kept = 56
  /// `123456,123463d` and its newline.
  private static let deletion: UInt64 = 15
  /// `123456a`, `.`, and their newlines.
  private static let appending: UInt64 = 10
  /// A line of one of the three tables: hash, size, and a name as `2026-11-22-0203.54.gz`.
  private static let line: UInt64 = 64 + 1 + 9 + 1 + 21 + 1
  /// What stands beside the tables.
  private static let head: UInt64 = 200

  /// How large one difference is.
  ///
  /// - Parameters:
  ///   - added: bytes of stanzas that came.
  ///   - removed: how many stanzas went.
  ///   - ratio: of compressed to plain bytes.
  /// - Returns: its compressed bytes.
  static func bytes(added: UInt64, removed: UInt64, ratio: Double) -> UInt64 {
    guard added > 0 || removed > 0 else { return 0 }
    return UInt64((Double(added + removed * deletion + appending) * ratio).rounded(.up))
  }

  /// Bytes of the list of differences after `runs` runs.
  static func listBytes(after runs: Int) -> UInt64 { head + 3 * line * UInt64(min(runs, kept)) }
}
