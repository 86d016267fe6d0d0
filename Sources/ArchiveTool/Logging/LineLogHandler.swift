// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Logging

/// Writes a line an event to standard error: with a priority for the journal, with the time for
/// whoever else reads it.
struct LineLogHandler: LogHandler {
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private let isJournal = JournalStream.isStandardError

  init(level: Logger.Level) { logLevel = level }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var all = metadata
    for further in [metadataProvider?.get(), event.metadata] {
      all.merge(further ?? [:]) { $1 }
    }
    let fields = all.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") }
    let line = LogLine(LogLine.Severity(event.level), "\(event.message)", fields)
    Terminal.draw(isJournal ? line.forJournal : line.stamped(Now.date))
  }
}

extension LogLine.Severity {
  init(_ level: Logger.Level) {
    self =
      switch level {
      case .critical: .critical
      case .error: .error
      case .warning: .warning
      case .notice: .notice
      case .info: .info
      case .debug, .trace: .debug
      }
  }
}
