// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser

/// The options that say where what is remembered and what is configured lie.
struct PlaceOptions: ParsableArguments {
  @Option(
    name: .long, help: "Where the ledger lies. (default: /var/lib/archive-tool)",
    completion: .directory)
  var state: String?

  @Option(
    name: .long, help: "The configuration. (default: /etc/archive-tool.conf)",
    completion: .file(extensions: ["conf"]))
  var config: String?

  /// Reads the configuration.
  ///
  /// - Throws: `ArchiveError` (EX_CONFIG) as `ConfigurationFile` does.
  func configuration() throws -> ConfigurationFile { try ConfigurationFile(path: config) }
}
