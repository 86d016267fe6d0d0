// SPDX-License-Identifier: Apache-2.0

/// What a download came to.
package struct SwarmTotals: Codable, Hashable, Sendable {
  /// Bytes of verified pieces that came from peers.
  package var fromPeers: UInt64 = 0
  /// Bytes of verified pieces that came from the archive's own seeder over the peer wire.
  package var fromMirrorPeer: UInt64 = 0
  /// Bytes of verified pieces that came from web seeds.
  package var fromWeb: UInt64 = 0
  /// Bytes that were there already, verified again.
  package var resumed: UInt64 = 0
  /// Bytes that came and were of no use: bad, twice, or left unfinished.
  package var wasted: UInt64 = 0
  /// Of those, bytes that were bad.
  package var bad: UInt64 = 0
  /// Bytes sent to peers.
  package var uploaded: UInt64 = 0
  /// Peers that were caught sending what is wrong.
  package var banned = 0
  /// Connections to peers that were opened in full.
  package var connected = 0

  package init() {}
}
