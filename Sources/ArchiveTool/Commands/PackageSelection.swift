// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import PackagesParser
internal import Publisher

/// The options that choose packages of one or more suites.
struct PackageSelection: ParsableArguments {
  @Argument(
    help: ArgumentHelp("Packages by name; * and ? stand for anything.", valueName: "package"))
  var packages: [String] = []

  @Option(
    name: .long, help: "The suite; may be repeated. (default: Suites of the configuration)")
  var suite: [String] = []

  @Option(
    name: .long,
    help: ArgumentHelp("More names, one a line; - for standard input.", valueName: "file"),
    completion: .file())
  var packageList: String?

  @Option(name: .long, help: "Only binaries of this source package; may be repeated.")
  var source: [String] = []

  @Option(name: .long, help: "Only this section, as games; may be repeated.")
  var section: [String] = []

  @Option(
    name: .long,
    help: "Only this architecture, source for source packages; may be repeated.")
  var architecture: [String] = []

  @Option(
    name: .customLong("if"),
    help: ArgumentHelp("A policy, as Torrent-If has it.", valueName: "policy"))
  var policy: String?

  @Option(
    name: .long,
    help: ArgumentHelp("A list of popular packages, as popcon's by_inst.", valueName: "file"),
    completion: .file())
  var popularity: String?

  func validate() throws {
    guard
      !packages.isEmpty || packageList != nil || !source.isEmpty || !section.isEmpty
        || policy != nil
    else { throw ValidationError("which packages?") }
  }

  /// The patterns of names, from arguments and list.
  ///
  /// - Throws: `ArchiveError` when the list cannot be read.
  func patterns() throws -> [String] {
    guard let packageList else { return packages }
    return try packages
      + ListedNames.read(packageList).filter { !$0.hasPrefix("#") && !$0.isEmpty }
  }

  /// All that was asked for at once.
  ///
  /// - Throws: `ArchiveError` for a policy that cannot be read.
  func torrentPolicy(_ patterns: [String]) throws -> TorrentPolicy {
    var conditions: [TorrentPolicy.Condition] = []
    if !patterns.isEmpty { conditions.append(.package(patterns)) }
    if !source.isEmpty { conditions.append(.source(source)) }
    if !section.isEmpty { conditions.append(.section(section)) }
    // Who names a package means what can be installed.
    let binaries = TorrentPolicy(binariesAnd: conditions)
    let chosen =
      architecture.isEmpty
      ? binaries : TorrentPolicy(all: conditions + [.architecture(architecture)])
    guard let policy else { return chosen }
    do throws(ArchiveError) {
      return try TorrentPolicy(policy).and(chosen)
    } catch {
      throw ArchiveError(.usage, "--if: \(error.reason)")
    }
  }
}

/// Names that a file lists, one a line.
enum ListedNames {
  /// Blanks around a name mean nothing.
  ///
  /// - Throws: `ArchiveError` when the file cannot be read.
  static func read(_ path: String) throws -> [String] {
    let limit = ParserLimits().popularityBytes
    let bytes = try WholeFile.read(path, limit: limit)
    return bytes.split(separator: 0x0A).map { line in
      String(decoding: line.filter { $0 != 0x0D && $0 != 0x09 && $0 != 0x20 }, as: UTF8.self)
    }
  }
}
