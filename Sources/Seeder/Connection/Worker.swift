// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore

/// What one event loop keeps for all its connections.
final class Worker: @unchecked Sendable {  // Confined to `loop`: everything but it and `shared`.
  let loop: any EventLoop
  let shared: Shared
  let limits: SeederLimits
  var files: FileCache
  var clock = WorkerClock()
  /// Where responses are put together; empty between two events.
  var scratch: ByteBuffer
  var counters = Counters()
  /// What files were asked for.
  let demand = DemandLog()
  /// What is known of the archive; `epoch` tells it from what was known before.
  var catalog: Catalog
  var epoch: Int
  /// What is known for peers alone.
  private(set) var lacking: Set<SHA256Digest> = []
  private(set) var hashes = InfoHashTable.empty
  private(set) lazy var peers = PeerHub(self, slots: slots)
  private let slots: Int
  var logged: [UInt8] = []
  private var connections: [ObjectIdentifier: any Served] = [:]
  private(set) var isDraining = false
  private var sweeping: RepeatedTask?
  private var sweeps = 0

  /// Begins on `loop`, with a part of all slots of peers.
  init(loop: any EventLoop, shared: Shared, slots: Int) {
    self.loop = loop
    self.slots = slots
    self.shared = shared
    limits = shared.limits
    files = FileCache(capacity: limits.openFiles)
    scratch = ByteBufferAllocator().buffer(capacity: limits.gatherBytes + 4096)
    (catalog, epoch) = shared.knowledge.current
  }

  /// Begins to look after the deadlines of all connections; to be called on the loop.
  func start() {
    // Deadlines are kept to a quarter of the shortest.
    let shortest =
      [limits.header, limits.idle, limits.stalled, limits.linger, limits.peerHandshake].min()
      ?? .seconds(1)
    let interval = min(.seconds(1), max(.milliseconds(10), TimeAmount(shortest / 4)))
    sweeping = loop.scheduleRepeatedTask(initialDelay: interval, delay: interval) {
      [weak self] _ in self?.sweep(interval)
    }
  }

  /// To be called on the loop.
  func stop() {
    sweeping?.cancel()
    files.removeAll()
    flushLog()
  }

  private func sweep(_ interval: TimeAmount) {
    clock.refresh()
    for connection in connections.values { connection.checkDeadlines() }
    peers.tick()
    flushLog()
    sweeps += 1
    if sweeps * Int(interval.nanoseconds) >= 10_000_000_000 {
      sweeps = 0
      files.trim()
      peers.torrents.trim()
    }
  }

  func add(_ connection: any Served) {
    connections[ObjectIdentifier(connection)] = connection
  }

  func remove(_ connection: any Served) { connections[ObjectIdentifier(connection)] = nil }

  /// What files were asked for since the last call.
  func takeDemand() -> DemandLog.Contents {
    files.forEach { if !$0.demand.isEmpty { $0.settle() } }
    return demand.take()
  }

  /// Counts bytes of content that have gone out.
  @inline(__always)
  func count(_ bytes: UInt64, of source: CachedFile?, isPiece: Bool) {
    counters.bytes += bytes
    if isPiece { counters.pieceBytes += bytes }
    source?.demand.bytes += bytes
  }

  /// Takes over what is known of the archive now.
  func update() {
    let (catalog, epoch) = shared.knowledge.current
    self.catalog = catalog
    self.epoch = epoch
    lacking = shared.knowledge.lacking
    hashes = shared.knowledge.hashes
    peers.update()
  }

  /// Idle connections close now, the others after the response under way.
  func drain() {
    isDraining = true
    for connection in connections.values { connection.drain() }
  }

  /// Closes what is left, whatever it is doing.
  func closeAll() { for connection in connections.values { connection.closeNow() } }

  private func flushLog() {
    guard !logged.isEmpty, let log = shared.log else { return }
    log.write(logged)
    logged.removeAll(keepingCapacity: true)
  }

  /// Adds a line to the access log.
  func log(_ entry: @autoclosure () -> LogEntry) {
    guard shared.log != nil else { return }
    entry().append(to: &logged, date: clock.date)
    if logged.count >= 64 << 10 { flushLog() }
  }
}

/// A connection, as its worker sees it.
protocol Served: AnyObject {
  func checkDeadlines()
  func drain()
  func closeNow()
}
