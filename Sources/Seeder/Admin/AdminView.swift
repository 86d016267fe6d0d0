// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// What all workers say of themselves at a moment, put together.
struct AdminView: Sendable {
  var counters: Counters
  var peers: PeerCounters
  var connected: PeerHub.Census
  var crowd: PeerCrowd
  var openFiles: Int
  /// The oldest that any of them goes by, with its epoch.
  var catalog: Catalog
  private var epoch: Int

  /// How one worker stands; to be called on its loop.
  private init(_ worker: Worker) {
    counters = worker.counters
    peers = worker.peers.counters
    connected = worker.peers.census
    crowd = worker.peers.crowd
    openFiles = worker.files.count
    catalog = worker.catalog
    epoch = worker.epoch
  }

  private mutating func add(_ other: AdminView) {
    counters = counters + other.counters
    peers = peers + other.peers
    connected = connected + other.connected
    crowd = crowd + other.crowd
    openFiles += other.openFiles
    if other.epoch < epoch { (catalog, epoch) = (other.catalog, other.epoch) }
  }

  /// Asks all workers, which count for themselves and share nothing meanwhile.
  static func collect(_ workers: Workers, on loop: any EventLoop) -> EventLoopFuture<AdminView> {
    let all = EventLoopFuture.whenAllSucceed(workers.submit { AdminView($0) }, on: loop)
    return all.flatMapThrowing { views in
      guard var sum = views.first else { throw ChannelError.eof }
      for view in views.dropFirst() { sum.add(view) }
      return sum
    }
  }
}
