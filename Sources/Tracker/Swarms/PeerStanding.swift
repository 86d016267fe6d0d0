// SPDX-License-Identifier: Apache-2.0

/// What a peer is in its swarm.
public enum PeerStanding: UInt8, Hashable, Sendable {
  /// Has everything.
  case seed
  /// Has what it wants and offers that (BEP 21).
  case partialSeed
  /// Wants more.
  case downloader
}

/// How many peers a swarm has.
public struct SwarmCounts: Hashable, Sendable {
  /// Those that have everything.
  public var seeds = 0
  /// Those that have what they wanted (BEP 21).
  public var partialSeeds = 0
  /// Those that want more.
  public var downloaders = 0
  /// How often a download was completed.
  public var completions = 0

  public init() {}

  /// BEP 48's `incomplete`, which has partial seeds too (BEP 21).
  public var incomplete: Int { partialSeeds + downloaders }
  public var peers: Int { seeds + incomplete }

  public static func += (a: inout SwarmCounts, b: SwarmCounts) {
    a.seeds += b.seeds
    a.partialSeeds += b.partialSeeds
    a.downloaders += b.downloaders
    a.completions += b.completions
  }
}
