// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Simulation

/// A ratio of 1 makes compressed bytes of plain ones: added, 15 for each that went, 10 for the script.
@Suite("A client that follows a piece index")
struct FollowingClientTests {
  private func step(
    _ run: Int, added: UInt64 = 100, removed: [(Int, UInt64)] = [(0, 80)], living: UInt64 = 10_000
  ) -> FollowingClient.Step {
    FollowingClient.Step(
      run: run, member: 200, pieceIndex: 1000 + UInt64(run) * 200, livingIndex: living,
      added: added, removed: removed.map { (born: $0.0, stanza: $0.1) }, ratio: 1)
  }

  /// The head, and three tables of a line of 97 bytes each.
  private func list(_ runs: UInt64) -> UInt64 { 200 + 3 * 97 * min(runs, 56) }

  @Test("fetches at each update what was appended since, by Range")
  func ranges() {
    var client = FollowingClient(interval: 2)
    for run in 1...5 { client.follow(step(run)) }
    // Runs 1 and 2, then 3 and 4; the fifth is still to come.
    #expect(client.updates == 2)
    #expect(client.ranges == 800)
    #expect(client.whole == 1400 + 1800)
  }

  @Test("fetches the list and each difference")
  func differences() {
    var client = FollowingClient(interval: 2)
    client.follow(step(1))
    client.follow(step(2))
    #expect(client.differences == list(2) + 2 * (100 + 15 + 10))
  }

  @Test("fetches nothing of what came and went between two updates, where differences are merged")
  func merged() {
    var client = FollowingClient(interval: 2)
    client.follow(step(1))
    // What run 1 brought goes.
    client.follow(step(2, removed: [(1, 100)]))
    #expect(client.merged == list(2) + 100 + 15 + 10)
    // It was there at the update: now it is a deletion.
    client.follow(step(3, removed: [(2, 100)]))
    client.follow(step(4, removed: []))
    #expect(client.merged == list(2) + 125 + list(4) + 200 + 15 + 10)
  }

  @Test("fetches the index where differences are larger")
  func large() {
    var client = FollowingClient(interval: 1)
    client.follow(step(1, living: 60))
    #expect(client.differences == list(1) + 60)
    #expect(client.merged == list(1) + 60)
  }

  @Test("fetches the index where its version is no longer listed")
  func outdated() {
    var client = FollowingClient(interval: 57)
    for run in 1...57 { client.follow(step(run)) }
    #expect(client.differences == list(56) + 10_000)
    var listed = FollowingClient(interval: 56)
    for run in 1...56 { listed.follow(step(run)) }
    #expect(listed.differences == list(56) + 56 * 125)
  }

  @Test("fetches only the list where nothing changed")
  func unchanged() {
    var client = FollowingClient(interval: 1)
    client.follow(step(1, added: 0, removed: []))
    #expect(client.differences == list(1))
    #expect(client.merged == list(1))
  }
}
