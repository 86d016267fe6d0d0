// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// The paths of a set's files as its torrent has them, so that archive root, name and path make the
/// address of each file: the root of any plain mirror is then a web seed (BEP 19).
public struct SetPaths: Hashable, Sendable {
  /// The first component of all paths, as `pool`: the name of the torrent.
  public let name: String
  /// What is left of each path, in the order given.
  public let paths: [ArchivePath]

  /// Splits paths below the archive root.
  ///
  /// - Throws: `ArchiveError` when there are none, they do not begin with the same component, or one
  ///   has no other.
  public init(_ paths: [ArchivePath]) throws(ArchiveError) {
    guard let first = paths.first else { throw ArchiveError(.data, "a set without files") }
    name = String(first.string.prefix { $0 != "/" })
    var rest: [ArchivePath] = []
    for path in paths {
      guard path.string.utf8.starts(with: name.utf8),
        path.string.utf8.dropFirst(name.utf8.count).first == 0x2F,
        let below = try? ArchivePath(String(path.string.utf8.dropFirst(name.utf8.count + 1)) ?? "")
      else {
        throw ArchiveError(.data, "the file \(path) is not below \(name), as others of the set")
      }
      rest.append(below)
    }
    self.paths = rest
  }
}
