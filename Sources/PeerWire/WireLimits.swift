// SPDX-License-Identifier: Apache-2.0

/// The bounds on what a peer may send, all in one place.
///
/// Each is far above what sound clients need and far below what would hurt a small machine.
public struct WireLimits: Hashable, Sendable {
  /// Longest block that is asked for or sent, in bytes: what all clients use (BEP 3).
  public static let blockBytes = 16 << 10
  /// Longest message after its length, in bytes: a bitfield of 2 million pieces, BEP 9's parts and
  /// blocks are all shorter.
  public var messageBytes = (256 << 10) + 1
  /// Longest extended handshake, in bytes.
  public var extendedHandshakeBytes = 4 << 10
  /// Longest peer exchange (BEP 11) in bytes: 50 added and 50 dropped of each family are shorter.
  public var peerExchangeBytes = 8 << 10
  /// Most peers taken from one peer exchange.
  public var exchangedPeers = 100
  /// Most ranges of one list of pieces.
  public var ranges = 65_536
  /// How far beyond the numbers that we know a peer's may lie: many runs' worth of new pieces.
  public var numbersAhead: UInt32 = 1 << 20
  /// Most hashes that one request may ask for (BEP 52).
  public var hashes: UInt32 = 512
  /// Most layers of uncle hashes that one request may ask for: a tree of 2^53 bytes has 39.
  public var proofLayers: UInt32 = 40
  /// Messages other than blocks that may come at once...
  public var messageBurst = 20_000
  /// ...and how many of them in each second after that.
  public var messagesPerSecond = 500
  /// Largest info dictionary that is taken from peers (BEP 9), in bytes.
  public var metadataBytes = 32 << 20

  /// The defaults.
  public init() {}
}
