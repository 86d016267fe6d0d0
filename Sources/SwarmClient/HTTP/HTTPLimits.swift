// SPDX-License-Identifier: Apache-2.0

package import NIOCore

/// The bounds of what a web server may send, and of how long it may take.
package struct HTTPLimits: Hashable, Sendable {
  /// One field of a response's head, in bytes.
  package var headerField = 16 << 10
  /// All fields of a response's head, in bytes.
  package var headerBytes = 64 << 10
  package var headerFields = 128
  package var redirects = 5
  package var connectTimeout = TimeAmount.seconds(20)
  /// How long a connection with requests may bring nothing.
  package var stallTimeout = TimeAmount.seconds(30)
  /// How long a connection without requests stays open; servers close theirs after 5 to 75 s.
  package var idleTimeout = TimeAmount.seconds(30)
  /// Connections to one origin. One is what a mirror's uplink shares fairly with other clients; a
  /// second keeps a large file from delaying the small ones behind it.
  package var connections = 2
  /// Requests under way on one connection: with one more than is being answered, a link of 20 Mbit/s
  /// and 50 ms never waits for a request.
  package var pipelining = 3
  /// Unwanted bytes of a response that are read and dropped. Beyond that a new connection is cheaper.
  package var drain: UInt64 = 64 << 10
  /// Bytes before the wanted ones that are read and dropped from a server that knows no ranges.
  package var skip: UInt64 = 1 << 20
  /// The longest `Retry-After` that is believed, in seconds.
  package var retryAfter: Int64 = 3600

  /// The defaults.
  package init() {}
}
