// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Reads the `file tree` of BEP 52, without recursion: its depth is up to whoever wrote it.
///
///     directory = { name: directory | file, ... }
///     file      = { "": { "length": size, "pieces root": digest } }
struct FileTreeReader {
  private(set) var list: FileListReader

  init(limits: MetadataLimits) { list = FileListReader(limits: limits) }

  /// Reads all files, in the order of the tree.
  mutating func read(_ tree: BencodeValue) throws(ArchiveError) {
    // For each open directory what is left of it, and how much of `path` is its own.
    var open = [(entries: try tree.dictionary("'file tree'"), length: 0)]
    var path: [UInt8] = []
    while !open.isEmpty {
      let last = open.count - 1
      guard let (key, value) = open[last].entries.next() else {
        open.removeLast()
        continue
      }
      path.removeSubrange(open[last].length...)
      if !path.isEmpty { path.append(0x2F) }
      try FileListReader.append(key, to: &path, at: value)
      var children = try value.dictionary("an entry of the file tree")
      let directory = children
      guard let first = children.next() else { throw value.failure("an empty directory") }
      if first.key.isEmpty {
        guard children.next() == nil else {
          throw value.failure("a file and a directory of the same name")
        }
        try add(first.value, path: path)
      } else {
        open.append((directory, path.count))
      }
    }
  }

  private mutating func add(_ file: BencodeValue, path: [UInt8]) throws(ArchiveError) {
    _ = try file.dictionary("a file of the file tree")
    let length = try file.require("length")
    let root = try file["pieces root"].map { value throws(ArchiveError) in
      try value.digest("'pieces root'")
    }
    guard (root == nil) == (length.integer == 0) else {
      throw file.failure(
        root == nil ? "a file without 'pieces root'" : "an empty file with 'pieces root'")
    }
    try list.add(file, length: length, path: FileListReader.path(path, at: file), root: root)
  }
}
