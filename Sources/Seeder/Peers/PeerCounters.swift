// SPDX-License-Identifier: Apache-2.0

/// What a worker has done for peers since it began.
struct PeerCounters: Hashable, Sendable {
  /// Why a connection was ended, or never served.
  enum End: String, CaseIterable, Sendable {
    /// The first bytes are no handshake of BEP 3: encrypted, or no peer.
    case protocolName = "protocol"
    /// No torrent of ours.
    case unknownTorrent = "unknown_torrent"
    /// A numbered torrent, and a client that does not know them, or is of another generation.
    case notNumbered = "not_numbered"
    /// Nothing was said in time.
    case handshakeTimeout = "handshake_timeout"
    /// Too many that had not said what they want.
    case handshakes
    /// Too many connections, all of which want something, or too many from there.
    case full
    /// It wanted nothing, and made room.
    case crowded
    /// Something that no sound client sends.
    case malformed
    /// More small messages than anybody needs.
    case flood
    /// Silent for too long.
    case idle
    /// Too slow to take what it asked for.
    case slow
    /// The file is gone, or has other bytes.
    case withdrawn
  }

  var connections: UInt64 = 0
  var handshakes: UInt64 = 0
  /// Bytes sent, by what they were for.
  var bytes: UInt64 = 0
  var standardBytes: UInt64 = 0
  var numberedBytes: UInt64 = 0
  /// Requests that were rejected.
  var rejects: UInt64 = 0
  var metadataParts: UInt64 = 0
  var hashAnswers: UInt64 = 0
  /// How often the rate of all kept turns waiting.
  var throttled: UInt64 = 0
  /// In the order of `End.allCases`.
  private var ends = [UInt64](repeating: 0, count: End.allCases.count)

  mutating func count(_ end: End) {
    if let index = End.allCases.firstIndex(of: end) { ends[index] += 1 }
  }

  /// How many connections ended for one reason.
  func count(of end: End) -> UInt64 {
    End.allCases.firstIndex(of: end).map { ends[$0] } ?? 0
  }

  var byEnd: [(end: End, count: UInt64)] {
    zip(End.allCases, ends).map { (end: $0, count: $1) }
  }

  static func + (a: PeerCounters, b: PeerCounters) -> PeerCounters {
    var sum = a
    sum.connections += b.connections
    sum.handshakes += b.handshakes
    sum.bytes += b.bytes
    sum.standardBytes += b.standardBytes
    sum.numberedBytes += b.numberedBytes
    sum.rejects += b.rejects
    sum.metadataParts += b.metadataParts
    sum.hashAnswers += b.hashAnswers
    sum.throttled += b.throttled
    for index in sum.ends.indices { sum.ends[index] += b.ends[index] }
    return sum
  }
}
