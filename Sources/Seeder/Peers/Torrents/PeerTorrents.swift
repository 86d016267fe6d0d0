// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import NIOPosix

/// The torrents that peers of one event loop are connected for; made when the first one comes, and
/// forgotten some time after the last one went, or once many others were left after it.
final class PeerTorrents {
  private struct Entry {
    let torrent: PeerTorrent
    var users = 0
    /// Whether somebody was connected since the last trim.
    var isRecent = true
    /// When the last one left, by the count of those who did.
    var left = 0
  }
  private unowned let worker: Worker
  private var entries: [InfoHash: Entry] = [:]
  /// Those that were left last, the oldest first; some may have been joined since.
  private var left = CircularBuffer<(hash: InfoHash, time: Int)>()
  private var leaves = 0

  init(_ worker: Worker) { self.worker = worker }

  var count: Int { entries.count }

  /// Finds what `hash` stands for, nil for nothing that can be given now, and counts a user of it.
  func join(_ hash: InfoHash, _ done: @escaping (PeerTorrent?) -> Void) {
    if let torrent = entries[hash]?.torrent { return done(use(hash, torrent)) }
    if let id = TorrentID(bytes: hash.bytes), worker.catalog.torrent(id) != nil {
      let swarm = NumberedSwarm(id)
      _ = swarm.update(worker.catalog, lacking: worker.lacking)
      return done(use(hash, .numbered(swarm)))
    }
    let candidates = worker.hashes.torrents(hash)
    guard !candidates.isEmpty else { return done(nil) }
    let ledger = worker.shared.ledger
    let made = worker.shared.pool.runIfActive(eventLoop: worker.loop) {
      try StandardTorrent.make(hash, of: candidates, ledger)
    }
    made.assumeIsolated().whenComplete { result in
      let torrent = (try? result.get()).flatMap { $0 }
      done(torrent.flatMap { self.use(hash, .standard($0)) })
    }
  }

  private func use(_ hash: InfoHash, _ torrent: PeerTorrent) -> PeerTorrent? {
    guard isGiven(torrent) else { return nil }
    // Another connection may have come first.
    var entry = entries[hash] ?? Entry(torrent: torrent)
    entry.users += 1
    entry.isRecent = true
    entries[hash] = entry
    return entry.torrent
  }

  private func isGiven(_ torrent: PeerTorrent) -> Bool {
    switch torrent {
    case .numbered(let swarm): swarm.torrent != nil
    case .standard(let torrent):
      worker.catalog.content(torrent.content.sha256) != nil
        && !worker.lacking.contains(torrent.content.sha256)
    }
  }

  /// Takes back a `join` that found something.
  func leave(_ hash: InfoHash) {
    guard var entry = entries[hash] else { return }
    entry.users -= 1
    leaves += 1
    entry.left = leaves
    entries[hash] = entry
    guard entry.users == 0 else { return }
    left.append((hash, leaves))
    guard left.count > worker.limits.peerTorrents else { return }
    let oldest = left.removeFirst()
    guard let entry = entries[oldest.hash], entry.users == 0, entry.left == oldest.time else {
      return
    }
    entries[oldest.hash] = nil
  }

  /// Forgets what nobody is connected for since the last call.
  func trim() {
    entries = entries.filter { $0.value.users > 0 || $0.value.isRecent }
    for hash in entries.keys { entries[hash]?.isRecent = false }
    left.removeAll { entries[$0.hash] == nil }
  }

  /// Takes over what is known now; returns what changed of numbered torrents.
  func update() -> [TorrentID: NumberedSwarm.Change] {
    var changes: [TorrentID: NumberedSwarm.Change] = [:]
    for entry in entries.values {
      guard case .numbered(let swarm) = entry.torrent else { continue }
      changes[swarm.id] = swarm.update(worker.catalog, lacking: worker.lacking)
    }
    return changes
  }
}
