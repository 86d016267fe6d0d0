// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Who asks a list for peers.
struct Asker {
  /// Its own place in the list, -1 for none: it is never told of itself.
  var position = -1
  let scope: AddressScope
  /// What it shares with peers near it.
  let locality: UInt64
  /// Seeds and partial seeds have no use for others of their kind.
  let wantsOnlyDownloaders: Bool
}

extension PeerList {
  /// At most this many peers of an answer are near the asker, and never more than half.
  private static var nearLimit: Int { 16 }
  /// A quarter of a downloader's answer are seeds, if there are as many.
  private static var seedShare: Int { 4 }

  /// Appends up to `wanted` peers to `chosen`, none of which is there already: some near the asker,
  /// the others uniformly over the list.
  func choose(
    _ wanted: Int, for asker: Asker, _ localities: Localities, into chosen: inout [Record],
    _ random: inout SwarmRandom
  ) {
    let range = asker.wantsOnlyDownloaders ? downloaders : records.indices
    if wanted <= 0 || range.isEmpty { return }
    let start = chosen.count
    if range.count > wanted {
      chooseNear(
        min(wanted / 2, Self.nearLimit), in: range, for: asker, localities, into: &chosen, &random)
    }
    let taken = Taken(before: start, near: chosen.count, localities: localities)
    let rest = wanted - (chosen.count - start)
    if asker.wantsOnlyDownloaders {
      return sample(range, rest, for: asker, butNot: taken, into: &chosen, &random)
    }
    // Rounded at random, so that also few seeds get their share on the average.
    let proportional = (rest * seedCount + random.below(records.count)) / records.count
    let others = records.count - seedCount
    let guaranteed = max(proportional, (rest + Self.seedShare - 1) / Self.seedShare)
    let fromOthers = min(others, rest - min(guaranteed, seedCount))
    sample(seeds, rest - fromOthers, for: asker, butNot: taken, into: &chosen, &random)
    sample(
      seedCount..<records.count, fromOthers, for: asker, butNot: taken, into: &chosen, &random)
  }

  @inline(__always)
  private func isOffered(_ position: Int, to asker: Asker) -> Bool {
    position != asker.position && (asker.scope == .host || records[position].scope <= asker.scope)
  }

  /// Which of those chosen are not to be chosen again.
  private struct Taken {
    /// So many were chosen elsewhere.
    let before: Int
    /// Those from there to here are near the asker.
    let near: Int
    let localities: Localities
  }

  @inline(__always)
  private func isTaken(
    _ candidate: Int, _ taken: Taken, _ chosen: [Record], for asker: Asker
  ) -> Bool {
    if taken.near == 0 { return false }
    let record = records[candidate]
    for index in 0..<taken.before where chosen[index].isSame(as: record) { return true }
    guard taken.near > taken.before,
      taken.localities.key(of: record.endpoint.address) == asker.locality
    else { return false }
    for index in taken.before..<taken.near where chosen[index].isSame(as: record) { return true }
    return false
  }

  /// Peers of one stratum each, so that no two are the same and every peer is as likely as every
  /// other; all of them, from anywhere on, where that are not more than `wanted`.
  private func sample(
    _ range: Range<Int>, _ wanted: Int, for asker: Asker, butNot taken: Taken,
    into chosen: inout [Record], _ random: inout SwarmRandom
  ) {
    if wanted <= 0 || range.isEmpty { return }
    let strata = min(range.count, wanted)
    let offset = strata == range.count ? random.below(strata) : 0
    // In 65,536ths, rounded up, so that the last stratum ends with the range.
    let step = ((range.count << 16) + strata - 1) / strata
    for stratum in 0..<strata {
      let first = (stratum &* step) >> 16
      let width = (((stratum + 1) &* step) >> 16) - first
      var position = first + offset + (width > 1 ? random.below(width) : 0)
      if position >= range.count { position -= range.count }
      // One that cannot be offered is replaced by a neighbour in its stratum.
      for _ in 0..<min(width, 4) {
        let candidate = range.lowerBound + position
        if isOffered(candidate, to: asker), !isTaken(candidate, taken, chosen, for: asker) {
          chosen.append(records[candidate])
          break
        }
        position = position + 1 < first + width ? position + 1 : first
      }
    }
  }

  private func chooseNear(
    _ wanted: Int, in range: Range<Int>, for asker: Asker, _ localities: Localities,
    into chosen: inout [Record], _ random: inout SwarmRandom
  ) {
    if wanted <= 0 { return }
    let start = chosen.count
    func take(_ position: Int) -> Bool {
      if range.contains(position), isOffered(position, to: asker),
        localities.key(of: records[position].endpoint.address) == asker.locality,
        !chosen.contains(where: { $0.isSame(as: records[position]) })
      {
        chosen.append(records[position])
      }
      return chosen.count < start + wanted
    }
    if !neighbours.isEmpty {
      neighbours.forEachPosition(near: asker.locality, below: records.count, take)
      return
    }
    let offset = random.below(records.count)
    for step in 0..<min(records.count, NeighbourHints.shortest) {
      let position = step + offset
      if !take(position < records.count ? position : position - records.count) { return }
    }
  }
}
