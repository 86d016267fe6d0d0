// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
private import Glibc
internal import Ledger
internal import Publisher

/// The options that say which archive, and where everything else lies.
struct ArchiveOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp("The archive: a directory with dists/ and pool/.", valueName: "directory"),
    completion: .directory)
  var archive: String?

  @Option(
    name: .long, help: ArgumentHelp("Where the overlay is published.", valueName: "directory"),
    completion: .directory)
  var output: String?

  @OptionGroup var places: PlaceOptions

  @Option(
    name: .long,
    help: ArgumentHelp(
      "A keyring of accepted keys; may be repeated. (default: the archive keyring of the system)",
      valueName: "file"),
    completion: .file(extensions: ["gpg", "pgp"]))
  var keyring: [String] = []

  @Flag(name: .long, help: "Accept a suite that nobody signed, and do not look at signatures.")
  var allowUnsigned = false

  /// The archive keyrings of Debian and its derivatives, the first that is there counts.
  private static let systemKeyrings = [
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/ubuntu-archive-keyring.gpg",
  ]

  /// The keyring whose keys are accepted where nobody names another.
  static var systemKeyring: String {
    systemKeyrings.first { exists($0) } ?? systemKeyrings[0]
  }

  /// What the configuration and the command line say for a suite that goes by any of `names`.
  func settings(_ file: ConfigurationFile, for names: [String]) throws -> SuiteSettings {
    var settings = try file.settings(for: names)
    if settings.jobs == 0 { settings.jobs = Self.processors }
    if let archive { settings.archive = archive }
    if let output { settings.output = output }
    if let state = places.state { settings.state = state }
    if !keyring.isEmpty { settings.keyrings = keyring }
    if allowUnsigned { settings.allowUnsigned = true }
    if settings.keyrings.isEmpty { settings.keyrings = [Self.systemKeyring] }
    guard !settings.archive.isEmpty else {
      throw ArchiveError(
        .usage, "which archive?", advice: "name a directory by --archive, or Archive")
    }
    return settings
  }

  /// The same for a suite that may go by several names, one of which the configuration uses.
  func settings(_ file: ConfigurationFile, suite name: String) throws -> SuiteSettings {
    let archive = try settings(file, for: []).archive
    let directory = try SuiteDirectory(named: name, archive: try ArchiveRoot(path: archive).path)
    return try settings(file, for: [name, directory.name] + directory.aliases)
  }

  /// The ledger, for commands that only look.
  func openLedger(_ settings: SuiteSettings) throws -> Ledger {
    guard Ledger.exists(in: settings.state) else {
      throw ArchiveError(
        .noInput, "there is no ledger", at: ArchiveError.Place(file: settings.state),
        advice: "run archive-tool hash first, or name another directory by --state")
    }
    var generator = SystemRandomNumberGenerator()
    return try Ledger(lookingAt: settings.state, using: &generator)
  }

  static var processors: Int { max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))) }
}
