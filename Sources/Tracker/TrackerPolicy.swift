// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// What an operator decides about a tracker.
public struct TrackerPolicy: Sendable {
  /// How often peers are to announce, in seconds; each is told up to a tenth more or less.
  public var interval: UInt64 = 30 * 60
  /// How often they may, in seconds.
  public var minimumInterval: UInt64 = 60
  /// How long a peer is remembered that is not heard, in seconds; less than 68 minutes.
  public var lifetime: UInt64 = 45 * 60
  /// How long UDP connection ids are good, in seconds.
  public var connectionLifetime = ConnectionIDs.lifetime
  /// Seeds that are named to every downloader: the mirror's own, by their public addresses.
  public var ownSeeds: [Endpoint] = []
  /// Networks whose peers are near each other, beside each /24 and /48.
  public var networks: [Network] = []
  /// Where requests come from whose X-Forwarded-For is believed.
  public var trustedProxies: [Network] = []
  /// Whether a scrape without a hash is told of all torrents.
  public var allowsFullScrape = false
  /// The memory that peers may take, in bytes; past it new ones are answered and not stored.
  public var memory = 1 << 30

  public init() {}
}

/// How much one request may ask for.
public enum TrackerLimits {
  /// Peers in an answer when the request does not say.
  public static let wanted = 50
  /// Peers in an answer, however many are asked for.
  public static let wantedMaximum = 200
  /// IPv6 peers in a UDP answer, so that it fits a datagram of 1,280 bytes (RFC 8200 section 5).
  public static let wantedMaximumUDP6 = 66
  /// Hashes in a scrape: as many as BEP 15 fits into a datagram.
  public static let scrapeHashes = 74
  /// Ranges in `have`, `more` or `want`.
  public static let ranges = 2048
  /// Contents that one announce can put into the holder index. A peer that has everything is a seed,
  /// and found without.
  public static let heldContents = 4096
  /// Contents that one announce can look for.
  public static let wantedContents = 32
  /// Bytes of an HTTP request.
  public static let requestBytes = 16 * 1024
}
