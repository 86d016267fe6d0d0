// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Publisher

/// An order in which the files of an archive are laid end to end.
package enum FileOrder: String, CaseIterable, Codable, Sendable {
  /// As a torrent of the whole directory has them.
  case path
  /// By the packages' names.
  case name
  /// By Priority, the required ones first (policy 2.5), then by name.
  case priority
  /// By Priority and Section.
  case section
  /// By Priority, Section and source package.
  case source
  /// The most installed ones first, those that nobody is known to have last.
  case popularity

  /// How tables and plots call it.
  package var title: String {
    switch self {
    case .path: "path"
    case .name: "name"
    case .priority: "Priority"
    case .section: "Priority, Section"
    case .source: "Priority, Section, Source"
    case .popularity: "popularity"
    }
  }

  /// The positions of `files` in this order; equal ones by name, then path, bytewise.
  func positions(of files: [PackageFile], popularity: Popularity?) -> [Int] {
    let keys = files.map { key(of: $0, popularity) }
    return files.indices.sorted { a, b in
      let (first, second) = (keys[a], keys[b])
      if first.rank != second.rank { return first.rank < second.rank }
      for (left, right) in zip(first.words, second.words) where left != right {
        return left.utf8.lexicographicallyPrecedes(right.utf8)
      }
      return files[a].path < files[b].path
    }
  }

  private struct Key {
    var rank: UInt64 = 0
    var words: [String] = []
  }

  private func key(of file: PackageFile, _ popularity: Popularity?) -> Key {
    let priority = Self.rank(ofPriority: file.priority)
    return switch self {
    case .path: Key()
    case .name: Key(words: [file.package])
    case .priority: Key(rank: priority, words: [file.package])
    case .section: Key(rank: priority, words: [file.section, file.package])
    case .source: Key(rank: priority, words: [file.section, file.source, file.package])
    case .popularity:
      Key(rank: popularity?[file.package]?.rank ?? .max, words: [file.package])
    }
  }

  /// In the order of policy 2.5; `extra` is what `optional` was once divided into.
  private static func rank(ofPriority priority: String) -> UInt64 {
    let known = ["required", "important", "standard", "optional", "extra"]
    return UInt64(known.firstIndex(of: priority.lowercased()) ?? known.count)
  }
}
