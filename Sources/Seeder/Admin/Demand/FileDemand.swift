// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// What was asked of one file over some time.
struct FileDemand: Hashable, Sendable {
  /// Requests that were answered with bytes of it; a stream of pieces, or a peer's turn, counts as
  /// one.
  var requests: UInt64 = 0
  /// Bytes of it that were sent.
  var bytes: UInt64 = 0
  /// Of transfers that went to their end and took longer than one write.
  var timedTransfers: UInt64 = 0
  var timedBytes: UInt64 = 0
  var nanoseconds: UInt64 = 0

  /// Counts a transfer that went to its end, in more than one write.
  mutating func time(_ bytes: UInt64, from start: NIODeadline, to end: NIODeadline) {
    timedTransfers += 1
    timedBytes += bytes
    nanoseconds += UInt64(max(1, (end - start).nanoseconds))
  }

  var isEmpty: Bool { requests == 0 && bytes == 0 }

  static func += (a: inout FileDemand, b: FileDemand) {
    a.requests += b.requests
    a.bytes += b.bytes
    a.timedTransfers += b.timedTransfers
    a.timedBytes += b.timedBytes
    a.nanoseconds += b.nanoseconds
  }

  /// Bytes a second of the timed transfers together; nil where there were none.
  var rate: UInt64? {
    nanoseconds == 0 ? nil : UInt64(Double(timedBytes) / (Double(nanoseconds) / 1e9))
  }
}
