// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

extension HolderIndex {
  /// A peer that holds what is looked for, and under which torrent it said so.
  public struct Holder: Hashable, Sendable {
    public let endpoint: Endpoint
    public let torrent: SwarmID
  }

  /// Appends up to `wanted` holders of the contents in `ranges` to `found`, none twice; those that
  /// hold a content whole come first, and every content has its turn.
  public func holders(
    of ranges: [PieceRange], in torrent: NumberedTorrent, wanted: Int, for asker: Endpoint,
    into found: inout [Holder], _ random: inout SwarmRandom
  ) {
    var contents: [Int] = []
    torrent.forEachContent(in: ranges, limit: TrackerLimits.wantedContents) { content, _ in
      if content < lists.count, !lists[content].isEmpty { contents.append(content) }
    }
    if contents.isEmpty { return }
    let scope = AddressScope(asker.address)
    var taken: [Int] = []
    for (turn, content) in contents.enumerated() {
      let share = (wanted - taken.count) / (contents.count - turn)
      choose(max(1, share), of: lists[content], for: asker, scope, into: &taken, &random)
      if taken.count >= wanted { break }
    }
    for position in taken.prefix(wanted) {
      found.append(
        Holder(
          endpoint: peers[position].endpoint, torrent: torrents[Int(peers[position].torrent)]))
    }
  }

  private func choose(
    _ wanted: Int, of list: [HolderReference], for asker: Endpoint, _ scope: AddressScope,
    into taken: inout [Int], _ random: inout SwarmRandom
  ) {
    var left = wanted
    // One who was taken for another content serves for this one too.
    for reference in list where taken.contains(reference.peer) && isLive(reference) { left -= 1 }
    let offset = random.below(list.count)
    for isWhole in [true, false] {
      for step in list.indices {
        if left <= 0 { return }
        let reference = list[(step + offset) % list.count]
        guard reference.isWhole == isWhole, isLive(reference), !taken.contains(reference.peer)
        else { continue }
        let endpoint = peers[reference.peer].endpoint
        guard endpoint != asker, AddressScope(endpoint.address) <= scope else { continue }
        taken.append(reference.peer)
        left -= 1
      }
    }
  }
}
