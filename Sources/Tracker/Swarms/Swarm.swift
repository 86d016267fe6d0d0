// SPDX-License-Identifier: Apache-2.0

/// The peers of one torrent.
struct Swarm: Sendable {
  let id: SwarmID
  var v4 = PeerList<Peer4>()
  var v6 = PeerList<Peer6>()
  var completions: UInt32 = 0

  init(_ id: SwarmID) { self.id = id }

  var isEmpty: Bool { v4.count == 0 && v6.count == 0 }
  var bytes: Int { v4.bytes + v6.bytes }

  var counts: SwarmCounts {
    var counts = SwarmCounts()
    counts.seeds = v4.seedCount + v6.seedCount
    counts.partialSeeds = v4.partialSeedCount + v6.partialSeedCount
    counts.downloaders = v4.downloaders.count + v6.downloaders.count
    counts.completions = Int(completions)
    return counts
  }
}
