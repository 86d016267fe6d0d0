// SPDX-License-Identifier: Apache-2.0

internal import Logging
internal import ServiceLifecycle
private import UnixSignals

/// How commands that serve are run.
enum Daemon {
  /// Nothing is logged but what goes wrong.
  static let logger = {
    var logger = Logger(label: "archive-tool")
    logger.logLevel = .error
    return logger
  }()

  /// Runs `services` until SIGTERM or SIGINT, or until one of them ends.
  ///
  /// - Throws: What a service throws.
  static func run(_ services: [any Service]) async throws {
    try await ServiceGroup(
      services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: logger
    ).run()
  }
}
