// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import PeerWire
import Testing

@testable import SwarmClient

/// Which piece comes from where, in made-up time.
struct SwarmSchedulerTests {
  private static let torrent = Sample.torrent.id
  private let sample: Sample
  private var scheduler: SwarmScheduler

  /// Two files of one piece, and one of four.
  init() throws {
    sample = try Sample([1_000, 2_000, 4 * 65_536])
    var random = SystemRandomNumberGenerator()
    scheduler = SwarmScheduler(
      sample.files, policy: SwarmPolicy(), now: .zero, using: &random)
  }

  /// A peer that has `keys` and sends.
  private mutating func meet(_ peer: Int, has keys: [PieceKey], isMirror: Bool = false) {
    scheduler.add(peer: peer, torrent: Self.torrent, isMirror: isMirror, now: .zero)
    scheduler.peer(peer, isUnchoked: true)
    for key in keys {
      for number in scheduler.numbers(of: key, in: Self.torrent) {
        scheduler.peer(peer, has: number)
      }
    }
  }

  private mutating func next(of peer: Int, at now: Duration = .zero) -> PieceKey? {
    scheduler.nextPiece(of: peer, excluding: [], now: now)
  }

  private var all: [PieceKey] {
    sample.files.indices.flatMap { file in
      sample.files[file].pieces.hashes.indices.map { PieceKey(file: file, piece: $0) }
    }
  }

  private mutating func runs(limit: UInt64 = 1 << 20, at now: Duration = .zero) -> [WebRun] {
    var runs: [WebRun] = []
    let busy = Set(all)
    // What is excluded is what web seeds are sending: nothing is asked of them twice.
    while let run = scheduler.nextRun(
      of: { _ in true }, excluding: busy, limit: limit, now: now)
    {
      for key in run.keys { scheduler.begin(key, now: now) }
      runs.append(run)
    }
    return runs
  }

  @Test mutating func `Without peers a web seed is asked for everything, in the order asked for`() {
    let runs = runs()
    #expect(
      runs == [
        WebRun(file: 0, pieces: 0..<1), WebRun(file: 1, pieces: 0..<1),
        WebRun(file: 2, pieces: 0..<4),
      ])
  }

  @Test mutating func `A run has no more bytes than it may, but for a piece alone`() {
    #expect(runs(limit: 140_000).map(\.pieces) == [0..<1, 0..<1, 0..<2, 2..<4])
  }

  @Test mutating func `What a peer has is not asked of a web seed`() {
    meet(1, has: [PieceKey(file: 0, piece: 0), PieceKey(file: 2, piece: 1)])
    let asked = Set(runs().flatMap(\.keys))
    #expect(
      asked == Set(all).subtracting([PieceKey(file: 0, piece: 0), PieceKey(file: 2, piece: 1)]))
  }

  @Test mutating func `What the archive's own seeder has is no reason not to ask a web seed`() {
    meet(1, has: all, isMirror: true)
    #expect(Set(runs().flatMap(\.keys)) == Set(all))
  }

  @Test mutating func `Peers that send nothing for a while are not waited for`() {
    meet(1, has: all)
    let patience = SwarmPolicy().patience
    #expect(runs(at: patience).isEmpty)
    #expect(Set(runs(at: patience + .milliseconds(1)).flatMap(\.keys)) == Set(all))
  }

  @Test
  mutating func `What another gets from the web seed is waited for, until that takes too long`() {
    meet(1, has: [])
    let first = scheduler.numbers(of: PieceKey(file: 0, piece: 0), in: Self.torrent)[0]
    scheduler.peer(1, isFetching: [PieceRange(first, first)], now: .seconds(1))
    #expect(!runs(at: .seconds(1)).flatMap(\.keys).contains(PieceKey(file: 0, piece: 0)))
    let late = Duration.seconds(2) + SwarmPolicy().claim
    scheduler.expireClaims(now: late)
    #expect(runs(at: late).flatMap(\.keys) == [PieceKey(file: 0, piece: 0)])
    // And it is not believed again.
    scheduler.release(PieceKey(file: 0, piece: 0))
    scheduler.peer(1, isFetching: [PieceRange(first, first)], now: late)
    scheduler.expireClaims(now: late)
    #expect(runs(at: late).flatMap(\.keys) == [PieceKey(file: 0, piece: 0)])
  }

  @Test mutating func `A claim ends with the list that leaves it out, and with the peer`() {
    meet(1, has: [])
    scheduler.peer(1, isFetching: [PieceRange(0, 999)], now: .zero)
    #expect(runs().isEmpty)
    scheduler.peer(1, isFetching: [], now: .zero)
    #expect(Set(runs().flatMap(\.keys)) == Set(all))
    for key in all { scheduler.release(key) }
    scheduler.peer(1, isFetching: [PieceRange(0, 999)], now: .zero)
    scheduler.remove(peer: 1)
    #expect(Set(runs().flatMap(\.keys)) == Set(all))
  }

  @Test mutating func `The rarest piece is asked for first`() {
    for peer in 1...3 { meet(peer, has: all.filter { $0 != PieceKey(file: 2, piece: 3) }) }
    meet(4, has: all)
    let next1 = next(of: 4)
    #expect(next1 == PieceKey(file: 2, piece: 3))
  }

  @Test mutating func `A peer that chokes us, or has nothing, is asked for nothing`() {
    meet(1, has: all)
    scheduler.peer(1, isUnchoked: false)
    let next2 = next(of: 1)
    #expect(next2 == nil)
    meet(2, has: [])
    let next3 = next(of: 2)
    #expect(next3 == nil)
  }

  @Test mutating func `What a peer lost is not asked of it`() {
    meet(1, has: [PieceKey(file: 0, piece: 0)])
    for number in scheduler.numbers(of: PieceKey(file: 0, piece: 0), in: Self.torrent) {
      scheduler.peer(1, lost: number)
    }
    let next4 = next(of: 1)
    #expect(next4 == nil)
    #expect(Set(runs().flatMap(\.keys)) == Set(all))
  }

  @Test mutating func `At the end a slow piece is asked of a second source, and of no third`() {
    meet(1, has: all)
    for key in all.dropLast() { scheduler.complete(key) }
    scheduler.begin(all[all.count - 1], now: .zero)
    let next5 = next(of: 1)
    #expect(next5 == nil)
    let late = SwarmPolicy().hedge + .milliseconds(1)
    let next6 = next(of: 1, at: late)
    #expect(next6 == all.last)
    scheduler.begin(all[all.count - 1], now: late)
    let next7 = next(of: 1, at: late)
    #expect(next7 == nil)
  }

  @Test mutating func `At the end a web seed is asked for what a peer is slow to send`() {
    meet(1, has: all)
    for key in all.dropLast() { scheduler.complete(key) }
    scheduler.begin(all[all.count - 1], now: .zero)
    let late = SwarmPolicy().webHedge + .milliseconds(1)
    let early = scheduler.nextRun(of: { _ in true }, limit: 1, now: SwarmPolicy().webHedge)
    let run = scheduler.nextRun(of: { _ in true }, limit: 1, now: late)
    #expect(early == nil)
    #expect(run?.keys == [all[all.count - 1]])
  }

  @Test mutating func `Peers that bring less than a web seed would are not waited for`() {
    for second in 0..<4 { scheduler.receivedFromWeb(1_000_000, now: .seconds(second)) }
    meet(1, has: all)
    scheduler.receivedFromPeer(1_000, now: .seconds(4))
    #expect(runs(at: .seconds(4)).isEmpty)
    for second in 5..<9 { scheduler.receivedFromPeer(1_000, now: .seconds(second)) }
    #expect(Set(runs(at: .seconds(8)).flatMap(\.keys)) == Set(all))
  }

  @Test mutating func `The archive's own seeder is asked where no web seed is left`() {
    meet(1, has: all, isMirror: true)
    let spared = scheduler.nextPiece(
      of: 1, excluding: [], isMirrorNeeded: { _ in false }, now: .zero)
    #expect(spared == nil)
    let asked = scheduler.nextPiece(
      of: 1, excluding: [], isMirrorNeeded: { $0 == 1 }, now: .zero)
    #expect(asked == PieceKey(file: 1, piece: 0))
  }

  @Test mutating func `A piece that a source gave up is missing again`() {
    scheduler.begin(all[0], now: .zero)
    #expect(!runs().flatMap(\.keys).contains(all[0]))
    scheduler.release(all[0])
    #expect(runs().flatMap(\.keys) == [all[0]])
  }

  @Test mutating func `A file that is dropped is asked of nobody, and the rest can be complete`() {
    scheduler.drop(1)
    #expect(!runs().map(\.file).contains(1))
    for key in all where key.file != 1 { scheduler.complete(key) }
    #expect(scheduler.isComplete)
    #expect(!scheduler.isDone(PieceKey(file: 1, piece: 0)))
  }

  @Test mutating func `Numbers between and beyond our files are nobody's piece`() {
    let numbers = all.flatMap { scheduler.numbers(of: $0, in: Self.torrent) }
    for (number, key) in zip(numbers, all) {
      #expect(scheduler.key(number, in: Self.torrent) == key)
    }
    for number in (0...100 as ClosedRange<UInt32>) where !numbers.contains(number) {
      #expect(scheduler.key(number, in: Self.torrent) == nil)
    }
  }

  @Test mutating func `A number told before it is known is kept, and a bitfield counts`() {
    scheduler.add(peer: 1, torrent: Self.torrent, isMirror: false, now: .zero)
    scheduler.update(peer: 1) { $0.insert(PieceRange(0, 5_000)) }
    #expect(scheduler.wantsAnything(of: 1))
    #expect(scheduler.peers[1]?.has.contains(4_711) == true)
    for key in all { scheduler.complete(key) }
    #expect(!scheduler.wantsAnything(of: 1))
  }

  // MARK: Numbers of a newer index

  private func numbering(_ first: UInt32, _ count: UInt32) throws -> PieceNumbering {
    let numbers = try #require(PieceNumberRange(first: PieceNumber(first), count: count))
    return PieceNumbering(torrent: Sample.torrent, numbers: numbers)
  }

  @Test
  mutating func `What a peer has under numbers that are not known counts when they are`() throws {
    let key = PieceKey(file: 2, piece: 3)
    meet(1, has: [])
    scheduler.peer(1, has: 2003)
    #expect(next(of: 1) == nil)
    #expect(scheduler.wantsAnything(of: 1) == false)
    let isNew = scheduler.add(try numbering(2000, 4), to: 2)
    #expect(isNew && scheduler.wantsAnything(of: 1))
    #expect(next(of: 1) == key)
    #expect(scheduler.number(of: key, heldBy: 1) == 2003)
    #expect(!runs().flatMap(\.keys).contains(key))
  }

  @Test mutating func `Numbers that are known are not new`() throws {
    let known = try #require(sample.files[2].numbering)
    let isNew = scheduler.add(known, to: 2)
    #expect(!isNew)
  }

  @Test
  mutating func `A peer that has a piece under two numbers is one holder, until it has lost both`()
    throws
  {
    let key = PieceKey(file: 0, piece: 0)
    _ = scheduler.add(try numbering(2000, 1), to: 0)
    meet(1, has: [key])
    #expect(scheduler.holders[0][0] == 1)
    #expect(scheduler.number(of: key, heldBy: 1) == 2000)
    scheduler.peer(1, lost: 2000)
    #expect(scheduler.holders[0][0] == 1)
    #expect(scheduler.number(of: key, heldBy: 1) == 10)
    scheduler.peer(1, lost: 10)
    #expect(scheduler.holders[0][0] == 0)
    meet(2, has: [key])
    scheduler.remove(peer: 2)
    #expect(scheduler.holders[0][0] == 0)
  }
}
