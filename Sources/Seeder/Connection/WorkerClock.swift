// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages
internal import NIOCore

/// The time, looked up once for all that is ready at a moment, and its `Date` line.
struct WorkerClock {
  /// What deadlines are compared with.
  private(set) var uptime = NIODeadline.now()
  private(set) var date = HTTPDate.now
  /// `Date: ...` with its CRLF.
  private(set) var dateLine: [UInt8] = []

  init() { dateLine = Self.line(date) }

  /// Reads the clocks.
  @inline(__always)
  mutating func refresh() {
    uptime = .now()
    let now = HTTPDate.now
    guard now != date else { return }
    date = now
    dateLine = Self.line(now)
  }

  private static func line(_ date: HTTPDate) -> [UInt8] { Array("Date: \(date)\r\n".utf8) }
}
