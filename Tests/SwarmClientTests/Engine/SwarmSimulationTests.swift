// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import PeerWire
import Testing

@testable import SwarmClient

/// Schedulers of many clients on a network of numbers: one mirror with a narrow uplink, and peers that
/// reach each other fast. The same in each run.
struct SwarmSimulationTests {
  /// Clients that begin one after the other, and what each draws of the packages.
  private struct Network {
    struct Flow {
      let client: Int
      let key: PieceKey
      var left: Double
      /// nil for the mirror.
      let peer: Int?
    }

    var clients: [SwarmScheduler] = []
    var begun: [Bool]
    var flows: [Flow] = []
    var finished: [Duration?]
    var fromMirror = 0.0
    let torrent = Sample.torrent.id
    let uplink: Double
    let between = 12_500_000.0

    init(_ draws: [[PackageFile]], uplink: Double) {
      var random = SmallRandom(seed: 7)
      self.uplink = uplink
      clients = draws.map {
        SwarmScheduler($0, policy: SwarmPolicy(), now: .zero, using: &random)
      }
      begun = draws.map { _ in false }
      finished = draws.map { _ in nil }
    }

    mutating func begin(_ client: Int, now: Duration) {
      begun[client] = true
      for other in clients.indices where other != client && begun[other] {
        meet(client, other, now)
        meet(other, client, now)
      }
    }

    private mutating func meet(_ client: Int, _ other: Int, _ now: Duration) {
      let has = NumberSet(numbers(of: other) { clients[other].isDone($0) })
      clients[client].add(peer: other, torrent: torrent, isMirror: false, now: now)
      clients[client].peer(other, isUnchoked: true)
      clients[client].update(peer: other) { $0 = has }
      clients[client].peer(other, isFetching: fetching(other), now: now)
    }

    private func numbers(of client: Int, _ isIn: (PieceKey) -> Bool) -> [PieceRange] {
      clients[client].keys(in: torrent).filter(isIn)
        .flatMap { clients[client].numbers(of: $0, in: torrent) }
        .map { PieceRange($0, $0) }
    }

    private func fetching(_ client: Int) -> [PieceRange] {
      let keys = asked(by: client)
      return NumberSet(numbers(of: client) { keys.contains($0) }).ranges
    }

    mutating func step(_ now: Duration, _ length: Duration) {
      for client in clients.indices where begun[client] { ask(client, now) }
      let seconds = length / .seconds(1)
      let mirrored = flows.indices.filter { flows[$0].peer == nil }
      for index in flows.indices {
        let flow = flows[index]
        let share: Double
        if let peer = flow.peer {
          share = between / Double(flows.count { $0.peer == peer })
          clients[flow.client].receivedFromPeer(Int(share * seconds), now: now)
        } else {
          share = uplink / Double(mirrored.count)
          fromMirror += min(flow.left, share * seconds)
        }
        flows[index].left -= share * seconds
      }
      for flow in flows where flow.left <= 0 { finish(flow, now) }
      flows.removeAll { $0.left <= 0 }
    }

    private mutating func ask(_ client: Int, _ now: Duration) {
      clients[client].expireClaims(now: now)
      let before = flows.count
      var busy = asked(by: client)
      while busy.count < 3,
        let run = clients[client].nextRun(
          of: { _ in true }, excluding: busy, limit: 1, now: now)
      {
        for key in run.keys { add(client, key, nil, now) }
        busy = asked(by: client)
      }
      if flows.count > before { tell(now, from: client) }
      for peer in clients.indices where peer != client && begun[peer] {
        guard !flows.contains(where: { $0.client == client && $0.peer == peer }),
          let key = clients[client].nextPiece(of: peer, excluding: [], now: now)
        else { continue }
        add(client, key, peer, now)
      }
    }

    /// What a client is getting from the mirror.
    private func asked(by client: Int) -> Set<PieceKey> {
      Set(flows.lazy.filter { $0.client == client && $0.peer == nil }.map(\.key))
    }

    private mutating func add(_ client: Int, _ key: PieceKey, _ peer: Int?, _ now: Duration) {
      clients[client].begin(key, now: now)
      flows.append(
        Flow(client: client, key: key, left: Double(clients[client].length(key)), peer: peer))
    }

    private mutating func tell(_ now: Duration, from client: Int) {
      let ranges = fetching(client)
      for other in clients.indices where other != client && begun[other] {
        clients[other].peer(client, isFetching: ranges, now: now)
      }
    }

    private mutating func finish(_ flow: Flow, _ now: Duration) {
      guard clients[flow.client].complete(flow.key),
        let number = clients[flow.client].numbers(of: flow.key, in: torrent).first
      else { return }
      if clients[flow.client].isComplete { finished[flow.client] = now }
      for other in clients.indices where other != flow.client && begun[other] {
        clients[other].peer(flow.client, has: number)
      }
    }
  }

  @Test func `Twelve clients take each piece from the mirror about once`() throws {
    var random = SmallRandom(seed: 3)
    let sizes = (0..<24).map { _ in Int.random(in: 20_000...400_000, using: &random) }
    let files = try Sample.unread(sizes)
    // The first packages are the most popular ones.
    let draws = (0..<12).map { _ in
      files.enumerated().filter { index, _ in
        Double.random(in: 0...1, using: &random) < 0.9 - 0.02 * Double(index)
      }.map(\.element)
    }
    let distinct = Set(draws.joined()).reduce(0) { $0 + Int($1.content.size.rawValue) }
    let delivered = draws.joined().reduce(0) { $0 + Int($1.content.size.rawValue) }
    var network = Network(draws, uplink: 500_000)
    var now = Duration.zero
    let step = Duration.milliseconds(100)
    while network.finished.contains(where: { $0 == nil }), now < .seconds(600) {
      for client in draws.indices where !network.begun[client] && now >= .seconds(1) * client {
        network.begin(client, now: now)
      }
      network.step(now, step)
      now += step
    }
    #expect(!network.finished.contains { $0 == nil })
    #expect(network.fromMirror < 1.05 * Double(distinct))
    #expect(network.fromMirror < 0.25 * Double(delivered))
  }
}

/// Numbers that are the same in each run.
struct SmallRandom: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed &+ 0x9E37_79B9_7F4A_7C15 }

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ state >> 29) &* 0xBF58_476D_1CE4_E5B9
  }
}
