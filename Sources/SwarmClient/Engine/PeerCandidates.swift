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
