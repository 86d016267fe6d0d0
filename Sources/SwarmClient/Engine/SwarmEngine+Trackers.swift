// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
package import NIOCore
internal import PackagesParser
internal import PeerWire
package import TorrentMetadata

/// Trackers, which nobody waits for.
extension SwarmEngine {
  /// Announces each torrent to the trackers that Release names, and to `others`; to be called before
  /// `start`.
  package func announce(to others: [AbsoluteURL]) {
    let trackers = TrackerClient(
      http: http, peerID: peerID.bytes, port: port,
      status: { [weak self] in self?.status(of: $0) ?? TrackerClient.Status() },
      found: { [weak self] peers in
        for peer in peers { self?.add([peer.endpoint], torrent: peer.torrent) }
      })
    for file in scheduler.files {
      guard let torrent = file.numbering?.torrent.id else { continue }
      for tracker in file.trackers + others { trackers.add(tracker, torrent) }
    }
    self.trackers = trackers
    extraTrackers = others
  }

  /// Has trackers told soon of what is offered of a file's torrents.
  func hurryTrackers(of file: Int) {
    for torrent in Set(scheduler.numberings[file].map(\.torrent.id)) { trackers?.hurry(torrent) }
  }

  private func status(of torrent: TorrentID) -> TrackerClient.Status {
    var status = TrackerClient.Status()
    status.uploaded = totals.uploaded
    status.downloaded = totals.fromPeers + totals.fromMirrorPeer
    status.left = remaining(in: torrent)
    status.have = have(in: torrent)
    status.want = wanted(in: torrent)
    return status
  }

  private func remaining(in torrent: TorrentID) -> UInt64 {
    scheduler.keys(in: torrent).reduce(0) {
      scheduler.isDone($1) ? $0 : $0 + UInt64(scheduler.length($1))
    }
  }

  /// Says goodbye to trackers.
  ///
  /// - Returns: when they have heard it, or have had time to.
  package func leaveTrackers() -> EventLoopFuture<Void> {
    trackers?.stop() ?? loop.makeSucceededVoidFuture()
  }
}
