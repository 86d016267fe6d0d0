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
  /// Threads that open and read files where a disk must be waited for.
  package var readers = 8
  /// How many connections the kernel completes ahead of us; it caps the number at its somaxconn.
  package var backlog: Int32 = 4096
  /// Content up to this length is read and sent with its head; more is left to sendfile(2).
  package var inlineBytes: UInt64 = 16 << 10
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

  package init() {}

  /// With a rate, no more is sent at once than a part of a second's.
  var partBytes: UInt64 {
    let rate = min(bandwidth?.rawValue ?? .max, connectionBandwidth?.rawValue ?? .max)
    return rate == .max ? .max : max(16 << 10, rate / 8)
  }
}
