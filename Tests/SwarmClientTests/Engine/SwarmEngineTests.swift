// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import SwarmClient

/// Engines that fetch from each other over loopback.
@Suite(.timeLimit(.minutes(1)))
struct SwarmEngineTests {
  private static let sizes = [1, 16_384, 40_000, 65_536, 200_000, 1_000_000, 3_000_001]

  @Test func `All files come from one peer that has them`() async throws {
    let sample = try Sample(Self.sizes)
    let seed = try await TestPeer(sample, isSeed: true)
    let leech = try await TestPeer(sample, isSeed: false)
    try await seed.start()
    try await leech.meet([seed.port])
    try await leech.run()
    let (contents, totals) = (try await leech.contents, try await leech.totals)
    #expect(contents == sample.contents)
    #expect(totals.fromPeers == UInt64(Self.sizes.reduce(0, +)))
    #expect(totals.wasted == 0)
    try await leech.stop()
    try await seed.stop()
  }

  @Test func `A chain of peers passes files on`() async throws {
    let sample = try Sample(Self.sizes)
    let seed = try await TestPeer(sample, isSeed: true)
    let first = try await TestPeer(sample, isSeed: false)
    let second = try await TestPeer(sample, isSeed: false)
    try await seed.start()
    try await first.start()
    try await second.meet([first.port])
    try await first.meet([seed.port])
    try await second.run()
    let contents = try await second.contents
    #expect(contents == sample.contents)
    let totals = try await seed.totals
    #expect(totals.uploaded < 2 * UInt64(Self.sizes.reduce(0, +)))
    for peer in [second, first, seed] { try await peer.stop() }
  }

  @Test func `One bad block is enough to know a liar`() async throws {
    let sample = try Sample(Self.sizes)
    var policy = SwarmPolicy()
    policy.checksUploads = false
    let liar = try await TestPeer(sample, isSeed: true, policy: policy, lies: true)
    let seed = try await TestPeer(sample, isSeed: true)
    let leech = try await TestPeer(sample, isSeed: false)
    try await liar.start()
    try await leech.start()
    try await leech.meet([liar.port])
    while try await leech.totals.banned == 0 { try await Task.sleep(for: .milliseconds(20)) }
    try await seed.start()
    try await leech.meet([seed.port])
    while try await leech.contents != sample.contents {
      try await Task.sleep(for: .milliseconds(20))
    }
    let totals = try await leech.totals
    #expect(totals.bad <= 16 << 10)
    #expect(totals.banned == 1)
    for peer in [leech, seed, liar] { try await peer.stop() }
  }

  @Test func `A peer that a user named is met when it is there`() async throws {
    let sample = try Sample(Self.sizes)
    let earlier = try await TestPeer(sample, isSeed: true)
    let port = earlier.port
    try await earlier.stop()
    let leech = try await TestPeer(sample, isSeed: false)
    try await leech.keep(port)
    try await leech.start()
    while try await leech.connecting > 0 { try await Task.sleep(for: .milliseconds(5)) }
    #expect(try await leech.totals.connected == 0)
    let seed = try await TestPeer(sample, isSeed: true, port: port)
    try await seed.start()
    while try await leech.contents != sample.contents {
      try await Task.sleep(for: .milliseconds(20))
    }
    try await leech.stop()
    try await seed.stop()
  }
}
