// SPDX-License-Identifier: Apache-2.0

internal import Publisher
private import Synchronization

/// One line on a terminal that says how far a run is, drawn over and over.
final class ProgressBar: Sendable {
  private struct State {
    var started: ContinuousClock.Instant?
    var drawn: ContinuousClock.Instant?
    var isVisible = false
  }

  private let state = Mutex(State())
  private static let interval = Duration.milliseconds(100)

  /// Shows an event; those that come too fast are passed over.
  func show(_ event: RunEvent) {
    switch event {
    case .hashing(let progress):
      let now = ContinuousClock.now
      state.withLock { state in
        let started = state.started ?? now
        state.started = started
        let isLast = progress.bytes == progress.totalBytes
        if let drawn = state.drawn, now - drawn < Self.interval, !isLast { return }
        state.drawn = now
        state.isVisible = true
        Terminal.draw("\r\u{1B}[K" + Self.line(progress, elapsed: now - started))
      }
    case .reading(let path): redraw("reading \(path)")
    case .writing(let path): redraw("writing \(path)")
    case .warning, .note: break
    }
  }

  /// Clears the line, so that something else can be written.
  func clear() {
    state.withLock { state in
      if state.isVisible { Terminal.draw("\r\u{1B}[K") }
      state.isVisible = false
      state.started = nil
    }
  }

  private func redraw(_ text: String) {
    state.withLock { state in
      state.isVisible = true
      let line = Terminal.clean(text).prefix(Terminal.columns - 1)
      Terminal.draw("\r\u{1B}[K\(line)")
    }
  }

  private static func line(_ progress: HashingProgress, elapsed: Duration) -> String {
    let seconds = max(
      Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18, 0.001)
    let rate = Double(progress.bytes) / seconds
    let share = progress.totalBytes == 0 ? 1 : Double(progress.bytes) / Double(progress.totalBytes)
    let filled = Int(share * 20)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
    let left =
      rate > 0 ? Double(progress.totalBytes - min(progress.bytes, progress.totalBytes)) / rate : 0
    let text =
      "[\(bar)] \(Int(share * 100)) %  \(Units.bytes(progress.bytes))/"
      + "\(Units.bytes(progress.totalBytes))  \(progress.files)/\(progress.totalFiles) files  "
      + "\(Units.bytes(UInt64(rate)))/s  \(Units.time(left)) left  "
      + Terminal.clean(progress.current)
    return String(text.prefix(Terminal.columns - 1))
  }
}

/// Numbers as people read them.
enum Units {
  /// `1.5 GB`, in powers of ten as disks are sold.
  static func bytes(_ count: UInt64) -> String {
    var value = Double(count)
    for unit in ["B", "kB", "MB", "GB", "TB"] {
      if value < 1000 || unit == "TB" {
        return unit == "B" ? "\(count) B" : "\(fixed(value, 1)) \(unit)"
      }
      value /= 1000
    }
    return "\(count) B"
  }

  /// `3:05`, or `1:02:03`.
  static func time(_ seconds: Double) -> String {
    let total = Int(min(seconds, 360_000).rounded(.up))
    func two(_ value: Int) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let rest = "\(two(total / 60 % 60)):\(two(total % 60))"
    return total >= 3600 ? "\(total / 3600):\(rest)" : "\(total / 60):\(two(total % 60))"
  }

  /// `value` with `digits` decimals.
  static func fixed(_ value: Double, _ digits: Int) -> String {
    var scale = 1.0
    for _ in 0..<digits { scale *= 10 }
    let scaled = Int((value * scale).rounded())
    guard digits > 0 else { return "\(scaled)" }
    let fraction = String(abs(scaled) % Int(scale))
    let zeros = String(repeating: "0", count: digits - fraction.utf8.count)
    return "\(scaled < 0 ? "-" : "")\(abs(scaled) / Int(scale)).\(zeros)\(fraction)"
  }
}
