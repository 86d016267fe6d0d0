// SPDX-License-Identifier: Apache-2.0

/// What a worker has done since it began.
package struct Counters: Hashable, Sendable {
  /// Responses by status, a slot for each of 200 to 599 that occurs.
  package var responses: [UInt16: UInt64] = [:]
  /// The most frequent statuses, without a look-up.
  var ok: UInt64 = 0
  var partial: UInt64 = 0
  /// Bytes of content, and of these the bytes of contents and pieces by hash or number.
  package var bytes: UInt64 = 0
  package var pieceBytes: UInt64 = 0
  /// How often the rate of all kept a transfer waiting.
  package var throttled: UInt64 = 0
  package var connections: UInt64 = 0
  /// Connections turned away at a limit.
  package var rejected: UInt64 = 0
  /// Connections ended because a file changed under way, a deadline passed, or a request was no
  /// HTTP.
  package var changedFiles: UInt64 = 0
  package var timeouts: UInt64 = 0
  package var malformed: UInt64 = 0
  /// Pieces given out.
  package var pieces: UInt64 = 0

  @inline(__always)
  mutating func count(_ status: UInt16) {
    switch status {
    case 200: ok += 1
    case 206: partial += 1
    default: responses[status, default: 0] += 1
    }
  }

  /// All statuses.
  package var byStatus: [UInt16: UInt64] {
    var all = responses
    all[200] = ok
    all[206] = partial
    return all
  }

  /// How many there were of all statuses.
  package var all: UInt64 { responses.values.reduce(ok + partial, +) }

  /// The sum of two.
  package static func + (a: Counters, b: Counters) -> Counters {
    var sum = a
    sum.responses.merge(b.responses, uniquingKeysWith: +)
    sum.ok += b.ok
    sum.partial += b.partial
    sum.bytes += b.bytes
    sum.pieceBytes += b.pieceBytes
    sum.throttled += b.throttled
    sum.connections += b.connections
    sum.rejected += b.rejected
    sum.changedFiles += b.changedFiles
    sum.timeouts += b.timeouts
    sum.malformed += b.malformed
    sum.pieces += b.pieces
    return sum
  }
}
