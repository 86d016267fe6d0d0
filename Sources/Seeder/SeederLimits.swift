// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import HTTPMessages

/// How much clients may ask of a seeder.
package struct SeederLimits: Hashable, Sendable {
  package var request = RequestLimits()

  /// How long the head and the content of a request may take to arrive, from its first byte on.
  package var header: Duration = .seconds(20)
  /// How long a connection may wait without a request.
  package var idle: Duration = .seconds(75)
  /// How long a response may stand still: not a byte goes out.
  package var stalled: Duration = .seconds(60)
  /// A response that goes out slower than this, over `rateWindow`, is ended; zero for no such bound.
  package var minimumRate = ByteCount(256)
  package var rateWindow: Duration = .seconds(60)
  /// How long a shutdown waits for responses under way.
  package var drain: Duration = .seconds(30)
  /// How long a connection that we end waits for the client to have read its last response.
  package var linger: Duration = .seconds(2)

  /// Connections at once; more are told 503.
  package var connections = 10_000
  /// Of these, from one address (an IPv6 network of 64 bits counts as one).
  package var connectionsPerAddress = 256
  /// Bytes a second of content, over all connections; nil for as many as go.
  package var bandwidth: ByteCount?
  /// Bytes a second of content, for each connection.
  package var connectionBandwidth: ByteCount?

  /// Files kept open by each event loop.
  package var openFiles = 2048
  /// How long a file's name is taken to lead to the same file without looking, in seconds.
  package var validation: Int64 = 1
  /// Bytes a second that are read of what is served to see that it is as it was; nil for none.
  package var scrubRate: ByteCount? = ByteCount(1 << 20)
  /// A pass over everything begins no sooner than this after the one before.
  package var scrubInterval: Duration = .seconds(86_400)
  /// Threads that open and read files where a disk must be waited for.
  package var readers = 8
  /// How many connections the kernel completes ahead of us; it caps the number at its somaxconn.
  package var backlog: Int32 = 4096
  /// Content up to this length is read and sent with its head; more is left to sendfile(2).
  package var inlineBytes: UInt64 = 16 << 10
  /// What the kernel keeps for a client that has not been sent it: without this bound two thousand
  /// slow readers of large files fill all memory that it has for TCP, and nobody is sent anything.
  package var unsentBytes: Int32 = 128 << 10
  /// What is written at once of a longer one, so that no connection keeps others waiting.
  package var chunkBytes: UInt64 = 2 << 20
  /// What is read at once where sendfile cannot be used: under TLS.
  package var copyBytes: UInt64 = 128 << 10
  /// What the streams of one HTTP/2 connection have waiting for the client, in all.
  package var streamBytes = 1 << 20
  /// Answers to a row of requests are gathered up to this many bytes.
  package var gatherBytes = 256 << 10
  /// Entries of a directory that a listing shows.
  package var listingEntries = 20_000

  /// Connections of peers at once; one that wants nothing makes room for a new one.
  package var peerConnections = 5000
  /// Of these, from one address (an IPv6 network of 64 bits counts as one).
  package var peersPerAddress = 64
  /// Of these, on each event loop, that have not said yet what they want; the oldest makes room.
  package var peerHandshakes = 256
  /// How long a peer has to say what it wants.
  package var peerHandshake: Duration = .seconds(10)
  /// How long a peer may say nothing: a little more than the two minutes after which BEP 3 has it
  /// send something.
  package var peerIdle: Duration = .seconds(150)
  /// After how long of silence we send something.
  package var peerKeepAlive: Duration = .seconds(110)
  /// Bytes a second to all peers; nil for as many as go.
  package var peerBandwidth: ByteCount? = ByteCount(10_000_000)
  /// Peers that may ask at a time.
  package var peerSlots = 200
  /// How long a peer keeps its slot while others wait for one.
  package var peerTurn: Duration = .seconds(30)
  /// How often slots are given away anew.
  package var peerRotation: Duration = .seconds(10)
  /// Requests of one peer that are kept, which it is told (reqq); more are rejected.
  package var peerRequests = 250
  /// What a peer is sent before it is another's turn.
  package var peerTurnBytes = 128 << 10
  /// What may wait for one peer before nothing more is read from it.
  package var peerOutputBytes = 512 << 10
  /// Torrents that each event loop keeps for a while after the last peer has left.
  package var peerTorrents = 512
  /// Parts of an info dictionary that one peer may ask for beside what it has of them: it is larger
  /// than what asks for it.
  package var metadataRepeats = 8
  /// Hash requests that one peer may make at once...
  package var hashBurst = 128
  /// ...and in each second after that: each may have a whole piece read.
  package var hashesPerSecond: UInt64 = 16
  /// Hashes that one request may ask for, uncles apart.
  package var hashNodes: UInt64 = 512
  /// Leaves are computed of pieces up to this size.
  package var hashedPieceBytes: UInt64 = 16 << 20
  /// Bytes of hash trees that each event loop keeps.
  package var hashTreeBytes = 4 << 20

  package init() {}

  /// With a rate, no more is sent at once than a part of a second's.
  var partBytes: UInt64 {
    let rate = min(bandwidth?.rawValue ?? .max, connectionBandwidth?.rawValue ?? .max)
    return rate == .max ? .max : max(16 << 10, rate / 8)
  }
}
