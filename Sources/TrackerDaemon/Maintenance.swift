// SPDX-License-Identifier: Apache-2.0

private import ArchiveFiles
internal import ArchiveModel
internal import Glibc
private import Synchronization
internal import Tracker

/// What a tracker does beside answering: forgets peers, takes over new registries, writes snapshots.
struct Maintenance: Sendable {
  /// Within this many seconds every swarm is looked at once.
  private static let round = 300
  /// Seconds between snapshots.
  private static let snapshotInterval: UInt64 = 300

  let context: WorkerContext
  let snapshot: SnapshotFile?
  /// Gives a registry whenever there is a new one; blocks.
  let reload: @Sendable () throws -> TorrentRegistry?
  let onTrouble: @Sendable (any Error) -> Void

  /// Works once a second until the workers' end.
  func run() {
    var lastSnapshot = Moment.now
    var lastTrouble = ""
    while !waitForEnd(milliseconds: 1000) {
      context.engine.expire(at: .now, share: Self.round)
      do {
        if let registry = try reload() { context.engine.registry = registry }
        if let snapshot, Moment.now.seconds - lastSnapshot.seconds >= Self.snapshotInterval {
          lastSnapshot = .now
          try snapshot.write(context.engine)
        }
        lastTrouble = ""
        context.trouble.withLock { $0 = nil }
      } catch {
        // Said once, and not each second.
        if lastTrouble != "\(error)" { onTrouble(error) }
        lastTrouble = "\(error)"
        context.trouble.withLock { $0 = lastTrouble }
      }
    }
  }

  private func waitForEnd(milliseconds: CInt) -> Bool {
    var wanted = pollfd(fd: context.stop.number, events: Int16(POLLIN), revents: 0)
    return poll(&wanted, 1, milliseconds) > 0
  }
}
