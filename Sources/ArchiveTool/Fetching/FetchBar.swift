// SPDX-License-Identifier: Apache-2.0

internal import SwarmClient
private import Synchronization

/// One line on a terminal that says how far a fetch is, and where its bytes came from.
final class FetchBar: Sendable {
  private let meter: FetchMeter
  private let started = ContinuousClock.now
  private let isVisible = Mutex(false)

  init(_ meter: FetchMeter) { self.meter = meter }

  /// Draws until its task is cancelled.
  func run() async {
    while !Task.isCancelled {
      draw(Self.line(meter.counts, elapsed: ContinuousClock.now - started))
      try? await Task.sleep(for: .milliseconds(200))
    }
    clear()
  }

  /// Shows something else than the counts.
  func draw(_ line: String) {
    isVisible.withLock { isVisible in
      isVisible = true
      Terminal.draw("\r\u{1B}[K" + Terminal.clean(String(line.prefix(Terminal.columns - 1))))
    }
  }

  /// Clears the line, so that something else can be written.
  func clear() {
    isVisible.withLock { isVisible in
      if isVisible { Terminal.draw("\r\u{1B}[K") }
      isVisible = false
    }
  }

  private static func line(_ counts: FetchMeter.Counts, elapsed: Duration) -> String {
    let seconds = max(elapsed.seconds, 0.001)
    let came = counts.bytesFromPeers + counts.bytesFromWebSeeds
    let rate = Double(came) / seconds
    let share =
      counts.bytesWanted == 0 ? 1 : Double(counts.bytesDone) / Double(counts.bytesWanted)
    let filled = Int(share * 20)
    let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
    let left = rate > 0 ? Double(counts.bytesWanted - counts.bytesDone) / rate : 0
    return "[\(bar)] \(Int(share * 100)) %  \(Units.bytes(counts.bytesDone))/"
      + "\(Units.bytes(counts.bytesWanted))  \(counts.filesDone)/\(counts.files) files  "
      + "\(Units.bytes(UInt64(rate)))/s  \(Units.time(left)) left  "
      + sources(counts)
  }

  /// Where the bytes came from.
  static func sources(_ counts: FetchMeter.Counts) -> String {
    var parts = [
      "peers \(Units.bytes(counts.bytesFromPeers))",
      "web seeds \(Units.bytes(counts.bytesFromWebSeeds))",
      "wasted \(Units.bytes(counts.bytesWasted))",
    ]
    if counts.bytesUploaded > 0 { parts.append("sent \(Units.bytes(counts.bytesUploaded))") }
    return parts.joined(separator: ", ")
  }
}

extension Duration {
  /// In seconds.
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
