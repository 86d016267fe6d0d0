// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// What a download weighs its sources by, and every bound of it, all in one place.
package struct SwarmPolicy: Sendable {
  /// Pieces are taken in the order asked for, not the rarest first.
  package var isStreaming = false
  /// Files that are worked on at a time, and bytes of them.
  package var openFiles = 64
  package var openBytes: UInt64 = 256 << 20
  /// What is asked of a web seed at the start, in bytes, for so long: peers may turn up that have it.
  package var firstWebBytes: UInt64 = 256 << 10
  package var first = Duration.milliseconds(500)
  /// What is asked of a web seed at most while there are peers, in bytes.
  package var sharedWebBytes: UInt64 = 768 << 10
  /// What is asked of a web seed at most when there are none, in bytes.
  package var aloneWebBytes: UInt64 = 4 << 20
  /// Bytes of one request to a web seed, unless a piece is longer.
  package var webRunBytes: UInt64 = 1 << 20
  /// Requests to web seeds under way at most.
  package var webRequests = 10
  /// How long peers that have a piece may take before a web seed is asked for it.
  package var patience = Duration.seconds(2)
  /// How long another's word counts that it is getting a piece.
  package var claim = Duration.seconds(15)
  /// When a piece may be asked of a second peer at the end, one that has nothing else to send...
  package var hedge = Duration.seconds(2)
  /// ...and when of a web seed, whose bytes are dearer.
  package var webHedge = Duration.seconds(4)
  /// When a peer that has not sent what was asked is given up.
  package var stalled = Duration.seconds(10)
  /// When a handshake has to be complete.
  package var handshake = Duration.seconds(10)
  /// Connections to peers; at most half of them are such as others opened.
  package var connections = 60
  /// Connections that one address may have opened: a network behind one address has several clients.
  package var connectionsPerAddress = 8
  /// Peers that are known and not connected to.
  package var candidates = 1_000
  /// Peers that are sent to at a time.
  package var uploadSlots = 8
  /// Requests that are kept for a peer (BEP 10 `reqq`).
  package var requests = 250
  /// Requests that a peer is sent at most.
  package var pipeline = 64
  /// Whether blocks are compared with their leaves before they are sent.
  package var checksUploads = true
  /// Bytes a second to peers; nil for no bound.
  package var uploadLimit: ByteCount?
  /// Bytes a second from everybody; nil for no bound.
  package var downloadLimit: ByteCount?
  /// How often peers are told of each other (BEP 11).
  package var exchange = Duration.seconds(60)
  /// How many pieces that a peer said to have it may refuse or not send.
  package var broken = 4

  /// The defaults.
  package init() {}

  /// Whether there is room for a connection that `address` opened, beside those of `others`: half of
  /// all stay for those that we open, and nobody has all the rest. On loopback all peers share one
  /// address.
  func takes(_ address: IPAddress, beside others: [IPAddress]) -> Bool {
    others.count < connections / 2
      && (address.isLoopback || others.count { $0 == address } < connectionsPerAddress)
  }
}
