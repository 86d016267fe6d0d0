// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PackagesParser

/// An archive's own suite directory, made anew beside the old one and exchanged with it.
///
/// Everything that is not ours is the same inode in both, so nothing is copied and nothing lost.
/// The old directory stays until the next run, for whoever still reads it.
struct InPlaceSet: StagedSet {
  let staging: String
  let output: String
  let algorithms: [DigestAlgorithm]
  let isInPlace = true

  private let visible: String
  private let previous: String
  private let upstream: ReleaseFile
  private let sources: [IndexSource]
  private var tree = LinkedTree()
  private let written: Set<String>

  init(
    suite: SuiteDirectory, archive: ArchiveRoot, upstream: ReleaseFile, sources: [IndexSource],
    pieceIndices: [String], forgotten: Set<String>
  ) throws {
    let place = "\(archive.path)/dists/.archive-tool/\(suite.name)"
    visible = "\(archive.path)/dists/\(suite.name)"
    staging = "\(place).new"
    previous = "\(place).previous"
    output = archive.path
    self.upstream = upstream
    self.sources = sources
    algorithms = ReleaseWriter.algorithms(of: upstream)
    var written: Set<String> = ["Release", "InRelease", "Release.gpg"]
    for source in sources {
      for compression in Compression.allCases {
        written.insert(source.location.path + compression.suffix)
      }
    }
    for path in pieceIndices { written.insert(path + ".gz") }
    self.written = written
    try removeTree(staging)
    try makeDirectories(staging)
    try tree.link(visible, to: staging, skipping: written.union(forgotten))
  }

  /// Every form that Release lists and the archive has; the uncompressed one is often only listed.
  func compressions(of source: IndexSource) -> [Compression] { source.present }

  func keepByHash(_ paths: [String]) {}

  func release(_ writer: ReleaseWriter, files: [String: OutputSums]) throws -> [UInt8] {
    var removed: Set<String> = []
    for path in upstream.files.keys where files[path] == nil {
      let (base, _) = Compression.split(path[...])
      // Listed but not there, so not made anew either; and differences that no longer fit.
      if written.contains(path) { removed.insert(path) }
      if sources.contains(where: { base.hasPrefix("\($0.location.path).diff/") }) {
        removed.insert(path)
      }
    }
    return writer.inPlace(of: upstream, changed: files, removed: removed)
  }

  mutating func swap() throws {
    guard try tree.isUnchanged(visible) else {
      throw ArchiveError(
        .temporary, "someone wrote to the suite during the run",
        at: ArchiveError.Place(file: visible),
        advice: "run after the archive update, not beside it; nothing was changed")
    }
    try exchange(staging, visible)
    try removeTree(previous)
    try move(staging, to: previous)
    try synchronizeDirectory(String(visible[..<(visible.lastIndex(of: "/") ?? visible.endIndex)]))
  }

  func prune() {}
}
