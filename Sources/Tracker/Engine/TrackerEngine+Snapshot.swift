// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

extension TrackerEngine {
  /// Writes all swarms down, by `write`, a shard at a time: each is held only while it is copied.
  ///
  /// - Parameters:
  ///   - now: the time on the clock of the swarms.
  ///   - time: the same in seconds since 1970.
  ///   - write: takes the next bytes.
  /// - Throws: what `write` throws.
  public func writeSnapshot(
    at now: Moment, time: UInt64, _ write: ([UInt8]) throws(ArchiveError) -> Void
  ) throws(ArchiveError) {
    let writer = SnapshotWriter(at: now)
    try write(writer.header(written: time))
    for index in 0..<shardCount {
      let block = withTable(index) { writer.block(of: $0) }
      if !block.isEmpty { try write(block) }
    }
    try write(writer.trailer)
  }

  /// Takes back the swarms of a snapshot, those of torrents that are still known.
  ///
  /// - Parameters:
  ///   - bytes: the snapshot.
  ///   - file: its name, for messages.
  ///   - now: the time on the clock of the swarms.
  ///   - time: the same in seconds since 1970.
  /// - Throws: `ArchiveError` (EX_DATAERR) at the first thing that is wrong; what came before it is
  ///   taken.
  public func readSnapshot(
    _ bytes: [UInt8], file: String, at now: Moment, time: UInt64
  ) throws(ArchiveError) {
    let registry = registry
    var reader = SnapshotReader(bytes, file: file)
    let written = try reader.header()
    // A clock that was set back makes no peer younger than it was.
    let elapsed = time > written ? (time - written) / Moment.secondsPerTick : 0
    let ages = SnapshotReader.Ages(
      elapsed: elapsed, now: now.tick, lifetime: policy.lifetime / Moment.secondsPerTick)
    while let end = try reader.block() {
      while reader.hasMore(before: end) {
        // All tables share the seed by which peers are spread.
        let swarm = try reader.swarm(ages, seed: peerSeed)
        if registry.admits(swarm.id) { restore(swarm) }
      }
    }
  }
}
