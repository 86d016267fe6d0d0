// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc

/// Which cached blocks each published suite consists of, so that the others can go.
struct BlockManifest {
  let directory: String
  let name: String

  /// Writes down `blocks`, and removes from the cache what no manifest names.
  ///
  /// - Parameters:
  ///   - blocks: names of the cache's files.
  ///   - cache: the cache they lie in.
  ///   - isPartial: keeps also what was written down before, because the run saw only some of the
  ///     suite's indices.
  /// - Throws: `ArchiveError` when the manifest cannot be written.
  func replace(by blocks: Set<String>, in cache: BlockCache, isPartial: Bool) throws {
    guard exists(directory) else { return }
    let all = isPartial ? blocks.union(Self.read(path)) : blocks
    let temporary = "\(path).new"
    unlink(temporary)
    let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_TRUNC)
    try file.write(Array(all.sorted().joined(separator: "\n").utf8) + [0x0A])
    try move(temporary, to: path)
    var used: Set<String> = []
    for entry in try directoryEntries(directory) where entry.hasSuffix(".manifest") {
      used.formUnion(Self.read("\(directory)/\(entry)"))
    }
    cache.prune(keeping: used)
  }

  private var path: String { "\(directory)/\(name).manifest" }

  private static func read(_ path: String) -> [String] {
    guard let file = try? Descriptor.open(path), let size = try? file.status().st_size,
      size <= 16 << 20, let bytes = try? file.readAll(limit: Int(size))
    else { return [] }
    return bytes.split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
  }
}
