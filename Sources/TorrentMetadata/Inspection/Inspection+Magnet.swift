// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

extension Inspection {
  /// What a magnet link that was found well-formed says.
  mutating func describe(_ link: MagnetLink) {
    add("info hash (v1)", link.v1Hash?.description)
    add("info hash (v2)", link.v2Hash?.description)
    add("name", link.name?.string)
    add("size", link.size.map { "\($0) bytes" })
    add("tracker", link.trackers.map(\.string))
    add("web seed", link.webSeeds.map(\.string))
    add("address of the file", link.sources.map(\.string))
    add("peer", link.peers.map(\.description))
    add(
      "wanted files",
      link.selected.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
    )
    add("key without a meaning here", link.otherKeys)

    for tracker in link.trackers where !tracker.isTracker {
      error("'\(tracker)' is no address of a tracker")
    }
    for seed in link.webSeeds + link.sources where !seed.isFetchable {
      error("'\(seed)' is no address of a web seed")
    }
    if link.v1Hash == nil { warn("Transmission and aria2 do not take links to v2 torrents alone") }
    if link.trackers.isEmpty, link.peers.isEmpty {
      warn("neither a tracker nor a peer: the torrent can be found by DHT alone")
    }
  }
}
