// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import PackagesParser
internal import Publisher
internal import StandardObjects

/// The files that a selection chose, with what the ledger knows of them.
struct SelectedFiles {
  /// A file, and the position of its suite among the settings.
  struct Chosen {
    let file: SingleFile
    let suite: Int
  }

  private(set) var files: [Chosen] = []
  /// What decides how objects look, a suite each.
  private(set) var settings: [SuiteSettings] = []
  private(set) var coverage = Choice.Coverage()
  /// Trouble that leaves the other files as they are.
  private(set) var problems: [ArchiveError] = []
  /// Origin and codename of the suites, for collections.
  private(set) var suites: [String] = []
  let root: ArchiveRoot

  /// Looks for what `selection` asks for in its suites, whose signatures are verified.
  ///
  /// - Throws: `ArchiveError` when nothing is found, or a suite or the ledger cannot be read.
  init(_ selection: PackageSelection, _ options: ArchiveOptions) async throws {
    let configuration = try options.places.configuration()
    let names = try configuration.suites(named: selection.suite)
    let patterns = try selection.patterns()
    let policy = try selection.torrentPolicy(patterns)
    let popularity = try selection.popularity.map { try Popularity(path: $0) }
    root = try ArchiveRoot(path: try options.settings(configuration, for: []).archive)
    var seen: Set<ArchivePath> = []
    var unmatched = Set(patterns.filter { !$0.contains(where: { "*?[".contains($0) }) })
    for name in names {
      let settings = try options.settings(configuration, suite: name)
      let reader = try await SuiteReader(
        suite: name, root: root, settings: settings, now: Now.date)
      let all = try Self.files(of: reader)
      let choice = try Choice(
        policy, of: all, popularity: try popularity ?? settings.objects.readPopularity())
      coverage = coverage + choice.coverage
      suites.append(Self.title(reader))
      let chosen = choice.chosen.map { all[$0] }.filter { seen.insert($0.path).inserted }
      unmatched.subtract(chosen.map(\.package))
      self.settings.append(settings)
      try add(chosen, try options.openLedger(settings), suite: self.settings.count - 1)
    }
    problems += unmatched.sorted().map { name in
      ArchiveError(.noInput, "no package '\(name)' in \(names.joined(separator: ", "))")
    }
    if files.isEmpty {
      throw problems.first
        ?? ArchiveError(.noInput, "no package is as asked for in \(names.joined(separator: ", "))")
    }
    files.sort { $0.file.path < $1.file.path }
  }

  /// Each file once, whichever indices list it.
  private static func files(of reader: SuiteReader) throws -> [PackageFile] {
    var seen: Set<ArchivePath> = []
    var files: [PackageFile] = []
    try reader.forEachFile { if seen.insert($0.path).inserted { files.append($0) } }
    return files
  }

  private static func title(_ reader: SuiteReader) -> String {
    [reader.release.origin, reader.release.ledgerName].compactMap(\.self).joined(separator: " ")
  }

  private mutating func add(
    _ chosen: [PackageFile], _ ledger: Ledger, suite: Int
  ) throws {
    try ledger.withContents { reader in
      for file in chosen {
        guard file.content.size > .zero else {
          problems.append(
            ArchiveError(.data, "\(file.path) is empty: there is nothing to share"))
          continue
        }
        guard let stored = try reader.stored(file.content) else {
          problems.append(
            ArchiveError(
              .temporary, "\(file.path) has no numbers yet", advice: "run archive-tool hash first"))
          continue
        }
        files.append(Chosen(file: SingleFile(path: file.path, stored: stored), suite: suite))
      }
    }
  }
}
