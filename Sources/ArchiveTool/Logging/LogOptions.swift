// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import ArgumentParser
internal import Logging

/// The option that says how much a daemon tells.
struct LogOptions: ParsableArguments {
  /// What is told, each with all that matters more.
  enum Level: String, CaseIterable, ExpressibleByArgument {
    case error, warning, notice, info, debug

    fileprivate var level: Logger.Level {
      switch self {
      case .error: .error
      case .warning: .warning
      case .notice: .notice
      case .info: .info
      case .debug: .debug
      }
    }
  }

  @Option(
    name: .long,
    help: ArgumentHelp(
      "How much is logged to standard error. (default: notice)",
      discussion: """
        error: the operator must act; warning: something was refused or lost; notice: it started, \
        stopped or read its files anew; info: a run was noticed, a catalog loaded; debug: more. \
        Each includes those before it.
        """))
  var logLevel: Level?

  /// The logger of a daemon.
  ///
  /// - Parameters:
  ///   - file: whose Log-Level counts where the option is not given.
  ///   - quiet: whether to say nothing of starting and stopping, unless a level is given.
  /// - Returns: a logger to standard error.
  /// - Throws: `ArchiveError` (EX_CONFIG) for an unknown level in the configuration.
  func logger(_ file: ConfigurationFile, quiet: Bool) throws(ArchiveError) -> Logger {
    let configured = try file.value(.logLevel) { text throws(ArchiveError) in
      guard let level = Level(rawValue: text.lowercased()) else {
        let known = Level.allCases.map(\.rawValue).joined(separator: ", ")
        throw ArchiveError(.configuration, "expected one of \(known), found '\(text)'")
      }
      return level
    }
    let level = (logLevel ?? configured)?.level ?? (quiet ? .warning : .notice)
    return Logger(label: "archive-tool") { _ in LineLogHandler(level: level) }
  }
}
