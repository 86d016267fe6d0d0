// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Peers that somebody told of, to be connected to; no more of them than policy allows.
struct PeerCandidates {
  /// A peer of a torrent.
  struct Candidate: Hashable {
    let endpoint: Endpoint
    let torrent: TorrentID
  }

  private var waiting: [Candidate] = []
  /// When each was last connected to.
  private var tried: [Candidate: Duration] = [:]
  /// Those that are connected to again and again, and when next.
  private var kept: [Candidate: Retry] = [:]
  private var bannedAddresses: Set<IPAddress> = []
  private var bannedEndpoints: Set<Endpoint> = []

  /// Adds a peer that is not known yet, or was tried a while ago.
  mutating func add(_ candidate: Candidate, limit: Int, now: Duration) {
    guard candidate.endpoint.port != 0, !isBanned(candidate.endpoint), waiting.count < limit,
      !waiting.contains(candidate)
    else { return }
    if let last = tried[candidate], now - last < .seconds(20) { return }
    waiting.append(candidate)
  }

  /// A peer that a user named.
  private struct Retry {
    /// Nil while it is waiting, or connected to.
    var due: Duration?
    var failures = 0
  }

  private static let firstPause = Duration.seconds(2)
  private static let longestPause = Duration.seconds(300)

  /// Adds a peer that is connected to again, after ever longer pauses, whenever it was lost.
  mutating func keep(_ candidate: Candidate) {
    guard candidate.endpoint.port != 0, kept[candidate] == nil else { return }
    kept[candidate] = Retry()
    waiting.append(candidate)
  }

  /// A connection to a peer has failed, or has ended.
  mutating func lost(_ candidate: Candidate, wasOpen: Bool, now: Duration) {
    guard var retry = kept[candidate] else { return }
    if wasOpen { retry.failures = 0 }
    retry.due = now + min(Self.longestPause, Self.firstPause * (1 << min(retry.failures, 8)))
    retry.failures += 1
    kept[candidate] = retry
  }

  /// Puts kept peers in line that are due, unless `isConnected` knows them by another way.
  mutating func wake(now: Duration, isConnected: (Candidate) -> Bool) {
    for (candidate, retry) in kept {
      guard let due = retry.due, now >= due, !isConnected(candidate) else { continue }
      kept[candidate]?.due = nil
      if !waiting.contains(candidate) { waiting.append(candidate) }
    }
  }

  /// The next one to connect to.
  mutating func next(now: Duration) -> Candidate? {
    while let candidate = waiting.popLast() {
      guard !isBanned(candidate.endpoint) else { continue }
      if tried.count > 10_000 { tried.removeAll() }
      tried[candidate] = now
      return candidate
    }
    return nil
  }

  func isBanned(_ endpoint: Endpoint) -> Bool {
    bannedAddresses.contains(endpoint.address) || bannedEndpoints.contains(endpoint)
  }

  func isBanned(_ address: IPAddress) -> Bool { bannedAddresses.contains(address) }

  /// Has nothing to do with an address any more; on loopback, where all peers share one, with a port.
  mutating func ban(address: IPAddress?, endpoint: Endpoint?) {
    if let address, !address.isLoopback { bannedAddresses.insert(address) }
    if let endpoint { bannedEndpoints.insert(endpoint) }
  }
}
