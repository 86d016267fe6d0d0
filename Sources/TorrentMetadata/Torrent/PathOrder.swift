// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// The order of a file tree: bytewise by component, as BEP 52 sorts the keys of each directory.
///
/// The order of whole paths is another, because `-` and `.` sort before `/`; libtorrent refuses
/// hybrid torrents in that one.
enum PathOrder {
  /// Whether `a` stands before `b`.
  static func precedes(_ a: ArchivePath, _ b: ArchivePath) -> Bool {
    a.string.utf8.lexicographicallyPrecedes(b.string.utf8) { rank($0) < rank($1) }
  }

  // A path holds no byte below a blank, so zero is free for the border of components.
  private static func rank(_ byte: UInt8) -> UInt8 { byte == 0x2F ? 0 : byte }

  /// A path that two of `paths` claim, or that one claims as file and another as directory.
  static func conflict(in paths: [ArchivePath]) -> ArchivePath? {
    var sorted = paths
    let isSorted = zip(paths, paths.dropFirst()).allSatisfy { !precedes($1, $0) }
    if !isSorted { sorted.sort(by: precedes) }
    // A path and all below it are neighbours in this order.
    for (a, b) in zip(sorted, sorted.dropFirst()) where b.string.utf8.starts(with: a.string.utf8) {
      let rest = b.string.utf8.dropFirst(a.string.utf8.count)
      if rest.isEmpty || rest.first == 0x2F { return a }
    }
    return nil
  }
}
