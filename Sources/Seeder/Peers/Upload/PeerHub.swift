// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import NIOCore
internal import PeerWire

/// What one event loop keeps for all its peers: who is connected, for what, and whose turn it is.
final class PeerHub {
  unowned let worker: Worker
  var counters = PeerCounters()
  private(set) var connections: [ObjectIdentifier: PeerConnection] = [:]
  /// Those that have not said yet what they want.
  private var handshaking: [ObjectIdentifier: PeerConnection] = [:]
  let torrents: PeerTorrents
  let hashes: HashAnswers
  /// What is said between two flushes, before it is in the worker's buffer; kept for its memory.
  var outbox: [UInt8] = []
  private var queue = FairQueue<PeerConnection>()
  private var isRunning = false
  private var isWaiting = false
  private var rotated = NIODeadline.uptimeNanoseconds(0)
  /// How many connections may ask.
  var slotsTaken = 0
  /// This loop's part of all slots.
  private let slots: Int

  init(_ worker: Worker, slots: Int) {
    self.worker = worker
    self.slots = max(1, slots)
    torrents = PeerTorrents(worker)
    hashes = HashAnswers(worker)
  }

  var limits: SeederLimits { worker.limits }

  /// Counts a connection; where too many have not said what they want, the oldest of those ends.
  func add(_ connection: PeerConnection) {
    let id = ObjectIdentifier(connection)
    connections[id] = connection
    counters.connections += 1
    if handshaking.count >= limits.peerHandshakes,
      let oldest = handshaking.values.min(by: { $0.since < $1.since })
    {
      oldest.end(.handshakes)
    }
    handshaking[id] = connection
  }

  /// Notes that a connection has said what it wants.
  func settle(_ connection: PeerConnection) {
    handshaking[ObjectIdentifier(connection)] = nil
  }

  func remove(_ connection: PeerConnection) {
    let id = ObjectIdentifier(connection)
    connections[id] = nil
    handshaking[id] = nil
  }

  /// Ends the connection that has wanted nothing for longest; false when all others want something.
  func makeRoom(for newcomer: PeerConnection) -> Bool {
    let idle = connections.values.filter { $0 !== newcomer && !$0.isInterested }
      .min { $0.since < $1.since }
    idle?.end(.crowded)
    return idle != nil
  }

  /// Puts a connection that may be sent something behind others.
  func enqueue(_ connection: PeerConnection) { queue.append(connection, connection.key) }

  /// Gives turns until nobody waits for one or the rate is used up.
  func run() {
    guard !isRunning, !isWaiting else { return }
    isRunning = true
    defer { isRunning = false }
    // Then others of this loop are looked after.
    var turns = 32
    while let connection = queue.next() {
      let sent = connection.takeTurn()
      counters.bytes += UInt64(sent)
      turns -= 1
      let delay = worker.shared.takeForPeers(UInt64(sent), now: worker.clock.uptime)
      if delay > .milliseconds(1) {
        counters.throttled += 1
        return wait(delay)
      }
      if turns == 0, !queue.isEmpty { return wait(.zero) }
    }
  }

  private func wait(_ delay: TimeAmount) {
    isWaiting = true
    worker.loop.assumeIsolated().scheduleTask(in: delay) {
      self.isWaiting = false
      self.worker.clock.refresh()
      self.run()
    }
  }

  /// Takes bytes that are no blocks out of the rate; blocks wait for them.
  func pay(_ count: Int) {
    counters.bytes += UInt64(count)
    _ = worker.shared.takeForPeers(UInt64(count), now: worker.clock.uptime)
  }

  /// Somebody has become interested: it gets a slot if there is one.
  func giveSlot(_ connection: PeerConnection) {
    if slotsTaken < slots { connection.setSlot(true) }
  }

  /// Called from time to time, after the connections' own deadlines.
  func tick() {
    if worker.clock.uptime - rotated >= TimeAmount(limits.peerRotation) { rotate() }
    run()
  }

  /// Gives the slots away anew.
  private func rotate() {
    let now = worker.clock.uptime
    rotated = now
    let candidates = connections.filter { $0.value.isInterested }.map { id, connection in
      SlotChoice.Candidate(
        id: id, key: connection.key, since: connection.slotSince, hasSlot: connection.hasSlot)
    }
    let chosen = SlotChoice.choose(
      candidates, slots: slots, turn: TimeAmount(limits.peerTurn), now: now)
    for (id, connection) in connections where connection.isInterested {
      connection.setSlot(chosen.contains(id))
    }
  }

  /// Takes over what is known of the archive now, and tells peers what that changes.
  func update() {
    let changes = torrents.update()
    for connection in connections.values {
      switch connection.torrent {
      case .standard(let torrent)?:
        if worker.lacking.contains(torrent.content.sha256) { connection.end(.withdrawn) }
      case .numbered(let swarm)?:
        if let change = changes[swarm.id] { connection.tell(change, of: swarm) }
      case nil: break
      }
    }
  }

  /// Who is there.
  struct Census: Sendable {
    var all: Int
    var interested: Int
    /// With a slot.
    var served: Int
    var torrents: Int

    static func + (a: Census, b: Census) -> Census {
      Census(
        all: a.all + b.all, interested: a.interested + b.interested, served: a.served + b.served,
        torrents: a.torrents + b.torrents)
    }
  }

  /// By what and from where peers are connected; never for what.
  var crowd: PeerCrowd {
    connections.values.reduce(into: PeerCrowd()) { crowd, connection in
      crowd.add(connection.key, client: connection.client)
    }
  }

  var census: Census {
    Census(
      all: connections.count, interested: connections.values.count { $0.isInterested },
      served: slotsTaken, torrents: torrents.count)
  }
}
