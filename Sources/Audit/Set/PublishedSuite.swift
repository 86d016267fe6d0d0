// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PackagesParser
internal import Publisher

/// The set of files that is visible to clients now, and the ledger's view of the suite.
struct PublishedSuite {
  /// The suite's directory, links resolved: a publication meanwhile does not change it.
  let directory: String
  /// The same as operators know it.
  let visible: String
  /// Opens nothing outside the directory.
  let root: ArchiveRoot
  /// Names the output in the ledger.
  let output: String
  let isInPlace: Bool
  let release: ReleaseFile
  let text: [UInt8]
  let suite: SuiteRecord
  /// Every generation, those that are no longer listed too.
  let torrents: [TorrentRecord]
  let pieceIndices: [PieceIndexRecord]

  /// The path of a file of the set, for messages.
  func path(_ name: String) -> String { "\(visible)/\(name)" }

  /// Opens a file of the set; nil when it is not there.
  ///
  /// - Throws: `ArchiveError` when a link leads out of the set.
  func open(_ name: String) throws(ArchiveError) -> Descriptor? {
    guard let path = try? ArchivePath(name) else { return nil }
    return try root.open(path)
  }

  /// The uncompressed content that Release lists of an index.
  func plain(_ path: String) -> ContentID? { release.files[path] }
}

extension PublishedSuite {
  /// Where a suite is published.
  static func output(_ settings: SuiteSettings, archive: ArchiveRoot) throws -> String {
    if settings.publish == .inPlace { return archive.path }
    guard !settings.output.isEmpty else {
      throw ArchiveError(
        .usage, "where was it published?", advice: "name a directory by --output, or Output")
    }
    guard exists(settings.output) else {
      throw ArchiveError(
        .noInput, "nothing is published here", at: ArchiveError.Place(file: settings.output),
        advice: "run archive-tool hash first, or name another directory by --output")
    }
    return try resolvedPath(settings.output)
  }

  /// Opens the set of `suite`, which is in the directory `name`.
  ///
  /// - Throws: `ArchiveError` when its Release is not there or malformed.
  init(
    _ name: String, suite: SuiteRecord, settings: SuiteSettings, archive: ArchiveRoot,
    ledger: Ledger
  ) throws {
    output = try Self.output(settings, archive: archive)
    isInPlace = settings.publish == .inPlace
    visible = "\(output)/dists/\(name)"
    directory = try resolvedPath(visible)
    let inside = "\(output)/"
    guard directory.hasPrefix(inside) else {
      throw ArchiveError(
        .data, "a symbolic link leads out of the output", at: ArchiveError.Place(file: visible))
    }
    root = try ArchiveRoot(path: directory)
    let limit = ParserLimits().releaseBytes
    text = try Descriptor.open("\(directory)/Release").readAll(limit: limit + 1)
    release = try ReleaseFile(text, file: "\(visible)/Release")
    self.suite = suite
    torrents = try ledger.torrents(of: suite)
    pieceIndices = try ledger.pieceIndices(of: suite).values.sorted { $0.path < $1.path }
  }
}
