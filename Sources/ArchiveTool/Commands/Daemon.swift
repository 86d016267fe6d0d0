// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import ServiceLifecycle
private import UnixSignals

/// How commands that serve are run.
enum Daemon {
  /// Runs `services` until SIGTERM or SIGINT, or until one of them ends.
  ///
  /// - Throws: What a service throws.
  static func run(_ services: [any Service], logger: Logger) async throws {
    // What a service throws is said where the command ends.
    var quiet = logger
    quiet.logLevel = .critical
    try await ServiceGroup(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: quiet
    ).run()
    logger.notice("stopped")
  }

  /// Says that the daemon serves, and where; `draw` is how that is said to who started it.
  ///
  /// A script that let the system choose the ports reads them from these lines, so they stay as
  /// they are; the journal gets an event for each.
  static func announce(
    _ addresses: [(role: String, address: String)], logger: Logger, draw: (Int) -> String
  ) {
    for (index, (role, address)) in addresses.enumerated() {
      if JournalStream.isStandardError {
        logger.notice("listening", metadata: ["address": "\(address)", "role": "\(role)"])
      } else {
        Terminal.draw(draw(index))
      }
    }
  }

  /// Says that everything is open.
  static func started(_ logger: Logger, _ metadata: Logger.Metadata) {
    var metadata = metadata
    metadata["version"] = "\(ArchiveTool.version)"
    logger.notice("started", metadata: metadata)
  }
}
