// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The options that say where what is remembered and what is configured lie.
struct PlaceOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "Where the ledger lies. (default: /var/lib/archive-tool)", valueName: "directory"),
    completion: .directory)
  var state: String?

  @Option(
    name: .long,
    help: ArgumentHelp("The configuration. (default: /etc/archive-tool.conf)", valueName: "file"),
    completion: .file(extensions: ["conf"]))
  var config: String?

  /// Reads the configuration.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) as `ConfigurationFile` does.
  func configuration() throws -> ConfigurationFile { try ConfigurationFile(path: config) }
}
