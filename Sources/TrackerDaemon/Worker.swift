// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
private import CSockets
internal import Glibc
internal import Synchronization
internal import Tracker

/// What a worker shares with others.
final class WorkerContext: Sendable {
  let engine: TrackerEngine
  /// Readable from the moment on when all have to end.
  let stop: Descriptor
  /// What each worker has counted, about a second ago.
  let counters: Mutex<[TrackerCounters]>
  /// Connections that are open, by worker.
  let connections: Mutex<[Int]>
  /// How many connections a worker may have open.
  let connectionLimit: Int
  /// Why something in the background does not work; nil while all is well.
  let trouble = Mutex<String?>(nil)

  /// What the program calls itself, and since when it runs.
  let version: String
  let began = ContinuousClock.now

  init(
    engine: TrackerEngine, stop: consuming Descriptor, workers: Int, connectionLimit: Int,
    version: String
  ) {
    self.engine = engine
    self.stop = stop
    counters = Mutex([TrackerCounters](repeating: TrackerCounters(), count: workers))
    connections = Mutex([Int](repeating: 0, count: workers))
    self.connectionLimit = connectionLimit
    self.version = version
  }

  /// What all workers have counted.
  var totalCounters: TrackerCounters {
    counters.withLock { all in
      all.reduce(into: TrackerCounters()) { $0 += $1 }
    }
  }

  /// Ends all workers.
  func end() { _ = eventfd_write(stop.number, 1) }
}

/// The sockets that one worker serves.
struct WorkerSockets: Sendable {
  var datagrams: [OwnedSocket] = []
  var listeners: [OwnedSocket] = []
  var adminListeners: [OwnedSocket] = []

  init() {}
}

/// A socket in an array.
final class OwnedSocket: Sendable {
  let socket: ListenSocket

  init(_ socket: consuming ListenSocket) { self.socket = socket }

  var number: CInt { socket.descriptor.number }
}

/// One thread's loop: waits for its sockets and answers what they bring.
struct Worker: ~Copyable {
  private static let stopTag: UInt64 = 0
  private static let datagramTag: UInt64 = 1 << 56
  private static let listenerTag: UInt64 = 2 << 56
  private static let adminTag: UInt64 = 3 << 56
  static let connectionTag: UInt64 = 4 << 56
  /// How many batches one socket may bring before the others have their turn.
  private static let fairness = 8

  let context: WorkerContext
  private let number: Int
  private let sockets: WorkerSockets
  var poller: Poller
  private var batch: DatagramBatch
  var session: TrackerSession
  var connections = ConnectionSlab()
  var memory = ConnectionMemory()
  /// Whether answering takes so long that clients are sent away.
  var isOverloaded = false
  /// Whether nobody is let in, for lack of descriptors.
  private var isDeaf = false

  init(
    _ context: WorkerContext, number: Int, sockets: WorkerSockets, seed: UInt64
  ) throws(ArchiveError) {
    self.context = context
    self.number = number
    self.sockets = sockets
    let poller = try Poller()
    let batch = try DatagramBatch()
    self.poller = poller
    self.batch = batch
    session = TrackerSession(seed: seed)
  }

  /// Serves until `stop` becomes readable.
  mutating func run() {
    _ = poller.add(context.stop.number, .reading, tag: Self.stopTag)
    for (index, socket) in sockets.datagrams.enumerated() {
      _ = poller.add(socket.number, .reading, tag: Self.datagramTag | UInt64(index))
    }
    listen(for: .reading)
    var tags: [UInt64] = []
    var second = Moment.now.seconds
    while true {
      poller.wait(milliseconds: 1000, into: &tags)
      let registry = context.engine.registry
      let start = Moment.milliseconds
      for tag in tags {
        if tag == Self.stopTag { return closeAll() }
        serve(tag, registry)
      }
      let now = Moment.milliseconds
      // Who came last in this round has waited for as long.
      if now - start > Self.patience { isOverloaded = true }
      if now / 1000 != second {
        isOverloaded = now - start > Self.patience
        second = now / 1000
        housekeep(at: second)
      }
    }
  }

  /// Watches the listening sockets, or lets their connections wait until the next second.
  mutating func listen(for interest: Poller.Interest) {
    isDeaf = interest == .nothing
    for (index, socket) in sockets.listeners.enumerated() {
      poller.set(socket.number, interest, tag: Self.listenerTag | UInt64(index))
    }
    for (index, socket) in sockets.adminListeners.enumerated() {
      poller.set(socket.number, interest, tag: Self.adminTag | UInt64(index))
    }
  }

  /// Milliseconds that a request may wait before others are sent away.
  private static var patience: UInt64 { 500 }

  private mutating func serve(_ tag: UInt64, _ registry: TorrentRegistry) {
    let index = Int(tag & 0xFFFF_FFFF)
    switch tag >> 56 {
    case 1: exchange(sockets.datagrams[index].socket, registry)
    case 2: accept(sockets.listeners[index].number, isAdmin: false, registry)
    case 3: accept(sockets.adminListeners[index].number, isAdmin: true, registry)
    default: proceed(tag, registry)
    }
  }

  private mutating func exchange(_ socket: borrowing ListenSocket, _ registry: TorrentRegistry) {
    let now = Moment.now
    let engine = context.engine
    for _ in 0..<Self.fairness {
      let isFull = batch.exchange(
        socket.descriptor.number, isWildcard: socket.endpoint.isWildcard
      ) { datagram, source, output in
        engine.answer(
          datagram: datagram, from: source, at: now, registry, &session, into: &output)
      }
      if !isFull { return }
    }
  }

  private mutating func housekeep(at now: UInt64) {
    for connection in connections.removeExpired(at: now) { close(connection.number) }
    if isDeaf { listen(for: .reading) }
    context.counters.withLock { $0[number] = session.counters }
    context.connections.withLock { $0[number] = connections.count }
  }

  private mutating func closeAll() {
    context.counters.withLock { $0[number] = session.counters }
    for connection in connections.removeExpired(at: .max) { close(connection.number) }
  }
}
