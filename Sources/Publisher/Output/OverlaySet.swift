// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import Glibc
internal import PackagesParser

/// An overlay archive of one suite, beside the archive it describes.
///
/// `dists/<suite>` is a symbolic link to a directory below `.sets`; a new set is a new directory,
/// and moving the link is the one step in which it appears. The set before it stays until the
/// next one, for whoever still reads it.
struct OverlaySet: StagedSet {
  let staging: String
  let output: String
  let algorithms: [DigestAlgorithm] = [.sha256]
  let isInPlace = false

  private let root: String
  private let suite: SuiteDirectory
  private var name: String
  private let archive: ArchiveRoot
  private let upstream: ReleaseFile
  private let settings: SuiteSettings
  /// Files of the set before that this run does not write anew.
  private var carried: [String: ContentID] = [:]
  private(set) var carriedByHash: Set<String> = []

  private var sets: String { "\(root)/.sets/\(suite.name)" }
  private var visible: String { "\(root)/dists/\(suite.name)" }

  /// Begins a set called `name`, with the indices of the set before that this run was to leave
  /// alone, or did not find: a run limited to some indices must not lose the others.
  init(
    suite: SuiteDirectory, name: String, archive: ArchiveRoot, upstream: ReleaseFile,
    settings: SuiteSettings, selection: IndexSelection
  ) throws {
    try makeDirectories(settings.output)
    root = try resolvedPath(settings.output)
    output = root
    self.suite = suite
    self.name = name
    self.archive = archive
    self.upstream = upstream
    self.settings = settings
    staging = "\(root)/.sets/\(suite.name)/.staging"
    try removeTree(staging)
    try makeDirectories(staging)
    try carry(Set(selection.filtered + selection.absent))
  }

  func compressions(of source: IndexSource) -> [Compression] { settings.compressions }

  private mutating func carry(_ locations: Set<IndexLocation>) throws {
    let path = "\(visible)/Release"
    let limit = ParserLimits().releaseBytes
    // A damaged set has nothing to carry over, and must not be in the way of the next one.
    guard exists(path), let text = try? Descriptor.open(path).readAll(limit: limit),
      let old = try? ReleaseFile(text, file: path)
    else { return }
    for (path, content) in old.files {
      let (base, compression) = Compression.split(path[...])
      guard let location = IndexLocation(path: base), locations.contains(location),
        compression == .none || settings.compressions.contains(compression)
      else { continue }
      carried[path] = content
      guard exists("\(visible)/\(path)") else { continue }
      try link("\(visible)/\(path)", as: "\(staging)/\(path)")
      for name in byHashPaths(path, OutputSums(content)) {
        try link("\(visible)/\(path)", as: "\(staging)/\(name)")
        carriedByHash.insert(name)
      }
    }
  }

  func keepByHash(_ paths: [String]) throws {
    for path in paths where exists("\(visible)/\(path)") {
      try link("\(visible)/\(path)", as: "\(staging)/\(path)")
    }
  }

  func release(_ writer: ReleaseWriter, files: [String: OutputSums]) throws -> [UInt8] {
    let listed = carried.merging(files.compactMapValues(\.content)) { $1 }
    let architectures = Set(
      listed.keys.compactMap { path -> String? in
        let (base, _) = Compression.split(path[...])
        let name = base.hasSuffix("-pieces") ? base.dropLast("-pieces".utf8.count) : base
        let architecture = IndexLocation(path: name)?.architecture
        return architecture == "source" ? nil : architecture
      })
    let components = Set(
      listed.keys.compactMap { path -> String? in
        let (base, _) = Compression.split(path[...])
        let name = base.hasSuffix("-pieces") ? base.dropLast("-pieces".utf8.count) : base
        return IndexLocation(path: name)?.component
      })
    return writer.overlay(
      of: upstream, architectures: (architectures.union(["all"])).sorted(),
      components: components.sorted(), files: listed)
  }

  mutating func swap() throws {
    // A set of this name may be the visible one, damaged since or never recorded: it stays where
    // it is until the link has moved.
    var attempt = 1
    while exists("\(sets)/\(name)") {
      attempt += 1
      name = "\(name.prefix { $0 != "." }).\(attempt)"
    }
    try move(staging, to: "\(sets)/\(name)")
    try synchronizeDirectory(sets)
    try makeDirectories(String(visible[..<(visible.lastIndex(of: "/") ?? visible.endIndex)]))
    let up = String(repeating: "../", count: suite.name.split(separator: "/").count)
    try replaceLink(visible, target: "\(up).sets/\(suite.name)/\(name)")
    for alias in suite.aliases {
      try replaceLink("\(root)/dists/\(alias)", target: suite.name)
    }
    // Web servers other than ours resolve the overlay's pool by this link.
    if !exists("\(root)/pool") { try replaceLink("\(root)/pool", target: "\(archive.path)/pool") }
    try synchronizeDirectory("\(root)/dists")
  }

  func prune() throws {
    var others: [(modified: Int64, name: String)] = []
    for entry in try directoryEntries(sets) where entry != name {
      var status = stat()
      guard lstat("\(sets)/\(entry)", &status) == 0, status.isDirectory else { continue }
      others.append((StalenessKey(status).modified, entry))
    }
    others.sort { $0 > $1 }
    for (index, other) in others.enumerated() where index > 0 {
      // Suites such as stable/updates have their sets below those of stable.
      if exists("\(sets)/\(other.name)/Release") || other.name.hasPrefix(".") {
        try removeTree("\(sets)/\(other.name)")
      }
    }
  }
}
