// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import ArgumentParser
private import Logging
internal import Publisher
internal import Seeder
private import ServiceLifecycle
private import UnixSignals

/// `archive-tool seed`: serves the archive, and its overlay under a prefix.
struct SeedCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "seed", abstract: "Serve the archive and its overlay by HTTP.",
    discussion: """
      The archive stands under its own paths, the overlay under /overlay/, where pool/ is the \
      archive's. Ends cleanly at SIGTERM and SIGINT.
      """)

  @Option(
    name: .long, help: "The archive: a directory with dists/ and pool/.", completion: .directory)
  var archive: String?

  @Option(name: .long, help: "The overlay's directory.", completion: .directory)
  var output: String?

  @Option(
    name: .long, help: "The configuration. (default: /etc/archive-tool.conf)",
    completion: .file(extensions: ["conf"]))
  var config: String?

  @Option(
    name: .long, parsing: .upToNextOption,
    help: "Addresses to listen on, as 127.0.0.1:8080 or [::1]:0. (default: 127.0.0.1:8080)")
  var http: [String] = []

  @Flag(name: .shortAndLong, help: "Do not say where it listens.")
  var quiet = false

  func run() async throws {
    let file = try ConfigurationFile(path: config)
    let settings = try file.settings(for: [])
    let archive = archive ?? settings.archive
    guard !archive.isEmpty else {
      throw ArchiveError(
        .usage, "which archive?", advice: "name a directory by --archive, or Archive")
    }
    let overlay = output ?? settings.output
    // An archive may be served before its first overlay is made, or have none.
    let hasOverlay = !overlay.isEmpty && exists(overlay)
    if !overlay.isEmpty, !hasOverlay {
      Terminal.complain("\(overlay): not there yet, so no overlay is served")
    }
    let configured = http.isEmpty ? file.words(.http) : http
    let addresses = try (configured.isEmpty ? ["127.0.0.1:8080"] : configured).map {
      try ListenAddress($0)
    }
    let configuration = SeederConfiguration(
      archive: try ArchiveRoot(path: archive),
      overlay: hasOverlay ? try ArchiveRoot(path: overlay) : nil, addresses: addresses)
    let seeder = HTTPSeeder(configuration: configuration) { [quiet] addresses in
      guard !quiet else { return }
      for address in addresses { Terminal.draw("listening on http://\(address)\n") }
    }
    // Nothing is logged but what goes wrong.
    var logger = Logger(label: "archive-tool")
    logger.logLevel = .error
    let group = ServiceGroup(
      services: [seeder], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
    try await group.run()
  }
}
