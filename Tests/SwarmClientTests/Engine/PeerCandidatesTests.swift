// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing

@testable import SwarmClient

/// Whom to connect to next, in made-up time.
struct PeerCandidatesTests {
  private var candidates = PeerCandidates()
  private let peer: PeerCandidates.Candidate

  init() throws {
    peer = PeerCandidates.Candidate(
      endpoint: try Endpoint("192.0.2.1:6881"), torrent: Sample.torrent.id)
  }

  /// The seconds up to `end` in which the peer is connected to, each time in vain.
  private mutating func attempts(from start: Int = 0, to end: Int) -> [Int] {
    (start...end).filter { second in
      candidates.wake(now: .seconds(second)) { _ in false }
      guard candidates.next(now: .seconds(second)) == peer else { return false }
      candidates.lost(peer, wasOpen: false, now: .seconds(second))
      return true
    }
  }

  @Test mutating func `A peer that a user named is connected to again, ever more rarely`() {
    candidates.keep(peer)
    #expect(attempts(to: 1500) == [0, 2, 6, 14, 30, 62, 126, 254, 510, 810, 1110, 1410])
  }

  @Test mutating func `One that was met and lost is soon connected to again`() {
    candidates.keep(peer)
    #expect(attempts(to: 100) == [0, 2, 6, 14, 30, 62])
    candidates.lost(peer, wasOpen: true, now: .seconds(100))
    #expect(attempts(from: 100, to: 110) == [102, 106])
  }

  @Test mutating func `One that is connected otherwise is left alone`() {
    candidates.keep(peer)
    #expect(attempts(to: 0) == [0])
    candidates.wake(now: .seconds(60)) { $0 == peer }
    #expect(candidates.next(now: .seconds(60)) == nil)
  }

  @Test mutating func `One that is banned is not connected to again`() {
    candidates.keep(peer)
    #expect(attempts(to: 0) == [0])
    candidates.ban(address: peer.endpoint.address, endpoint: nil)
    #expect(attempts(from: 1, to: 100).isEmpty)
  }

  @Test mutating func `Others are told of again by whoever knows them`() {
    candidates.add(peer, limit: 10, now: .zero)
    #expect(attempts(to: 100) == [0])
    candidates.add(peer, limit: 10, now: .seconds(101))
    #expect(attempts(from: 101, to: 200) == [101])
  }
}
