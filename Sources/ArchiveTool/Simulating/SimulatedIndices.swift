// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
internal import PackagesParser
internal import Publisher
internal import Simulation

/// The options that say of which packages a simulated archive consists.
struct SimulatedIndices: ParsableArguments {
  @OptionGroup var options: ArchiveOptions

  @Option(
    name: .long, help: "The suite; may be repeated. (default: Suites of the configuration)")
  var suite: [String] = []

  @Option(name: .long, help: "Only the suite's indices of this architecture; may be repeated.")
  var architecture: [String] = []

  @Option(name: .long, help: "Only the suite's indices of this component; may be repeated.")
  var component: [String] = []

  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp(
      """
      Packages files to take instead of a suite's, plain or with the suffix .gz, .xz, .bz2 or .zst; \
      no signature is looked at.
      """, valueName: "file"),
    completion: .file())
  var packages: [String] = []

  func validate() throws {
    guard packages.isEmpty || suite.isEmpty && architecture.isEmpty && component.isEmpty else {
      throw ValidationError("--packages takes the place of --suite, --architecture and --component")
    }
  }

  /// Whether any of them was used.
  var isNamed: Bool { !packages.isEmpty || !suite.isEmpty || options.archive != nil }

  /// The binary packages of all indices, those of the installer left out.
  ///
  /// - Throws: `ArchiveError` when an index cannot be read, or there are more than the limits allow.
  func files() async throws -> [PackageFile] {
    let limit = SimulationLimits().files
    var files: [PackageFile] = []
    func add(_ file: PackageFile) throws(ArchiveError) {
      guard files.count < limit else {
        throw ArchiveError(
          .data, "the indices have more than \(limit) packages",
          advice: "choose some by --architecture or --component")
      }
      files.append(file)
    }
    for path in packages {
      for file in try IndexFile.packages(path, limit: limit) { try add(file) }
    }
    guard packages.isEmpty else { return files }
    let configuration = try options.places.configuration()
    for name in try configuration.suites(named: suite) {
      var settings = try options.settings(configuration, suite: name)
      settings.architectureFilter = architecture
      settings.componentFilter = component
      let reader = try await SuiteReader(
        suite: name, root: try ArchiveRoot(path: settings.archive), settings: settings,
        now: Now.date)
      try reader.forEachFile { file in
        if case .packages = file.location.kind { try add(file) }
      }
    }
    return files
  }
}

extension PieceSize {
  /// Reads the value of `--piece-size`.
  ///
  /// - Throws: `ArchiveError` (EX_USAGE) for what is no base piece size.
  init(option text: String) throws(ArchiveError) {
    do throws(ArchiveError) {
      self = try SettingField.pieceSize(text)
    } catch {
      throw ArchiveError(.usage, "--piece-size: \(error.reason)")
    }
  }
}
