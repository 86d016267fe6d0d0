// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// What a peer has just done (BEP 3, and BEP 21 for `paused`); the numbers are BEP 15's.
public enum AnnounceEvent: UInt32, Hashable, Sendable {
  /// One of the announces between the others.
  case none = 0
  case completed = 1
  case started = 2
  case stopped = 3
  case paused = 4
}

/// One peer's report about one swarm, and what it asks for.
public struct Announce: Hashable, Sendable {
  public var swarm: SwarmID
  /// The source address, and the port that the peer listens on.
  public var peer: Endpoint
  public var event: AnnounceEvent
  /// Whether nothing is left to download.
  public var isComplete: Bool
  /// How many peers it wants to be told of, within the limits already.
  public var wanted: Int
  /// Whether it can be told of peers of the other family too.
  public var takesBothFamilies: Bool

  public init(
    swarm: SwarmID, peer: Endpoint, event: AnnounceEvent = .none, isComplete: Bool = false,
    wanted: Int, takesBothFamilies: Bool = false
  ) {
    self.swarm = swarm
    self.peer = peer
    self.event = event
    self.isComplete = isComplete
    self.wanted = wanted
    self.takesBothFamilies = takesBothFamilies
  }

  /// What the peer is from now on.
  public var standing: PeerStanding {
    isComplete ? .seed : event == .paused ? .partialSeed : .downloader
  }
}

/// The peers that an answer names, in memory that is used again for the next one.
public struct ChosenPeers: Sendable {
  var v4: [Peer4] = []
  var v6: [Peer6] = []

  public init() {
    v4.reserveCapacity(256)
    v6.reserveCapacity(256)
  }

  /// How many.
  public var count: Int { v4.count + v6.count }

  /// Where they are.
  public var endpoints: [Endpoint] { v4.map(\.endpoint) + v6.map(\.endpoint) }

  public mutating func removeAll() {
    v4.removeAll(keepingCapacity: true)
    v6.removeAll(keepingCapacity: true)
  }
}
