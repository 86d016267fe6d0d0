// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Tracker

struct ConnectionIDTests {
  private let here = IPAddress(v4: 0x0808_0808)
  private let there = IPAddress(v4: 0x0808_0809)
  private let now = Moment(seconds: 1_000_000)

  private func ids(lifetime: UInt64 = ConnectionIDs.lifetime) -> ConnectionIDs {
    var random = SwarmRandom(seed: 3)
    return ConnectionIDs(lifetime: lifetime, using: &random)
  }

  @Test(arguments: [0, 60, 116] as [UInt64])
  func `An id is good for two minutes`(age: UInt64) {
    let ids = ids()
    let id = ids.issue(to: here, at: now)
    #expect(ids.accepts(id, from: here, at: Moment(seconds: now.seconds + age)))
  }

  @Test(arguments: [125, 3600, 262_144, 262_145] as [UInt64])
  func `An id is too old after that, also when its time has gone round`(age: UInt64) {
    let ids = ids()
    let id = ids.issue(to: here, at: now)
    #expect(!ids.accepts(id, from: here, at: Moment(seconds: now.seconds + age)))
  }

  @Test func `A lenient tracker takes an id for an hour`() {
    let ids = ids(lifetime: ConnectionIDs.lenientLifetime)
    let id = ids.issue(to: here, at: now)
    #expect(ids.accepts(id, from: here, at: Moment(seconds: now.seconds + 3590)))
    #expect(!ids.accepts(id, from: here, at: Moment(seconds: now.seconds + 3610)))
  }

  @Test func `An id is of no use to another address`() {
    let ids = ids()
    #expect(!ids.accepts(ids.issue(to: here, at: now), from: there, at: now))
  }

  @Test func `An id of the future is none`() {
    let ids = ids()
    let id = ids.issue(to: here, at: Moment(seconds: now.seconds + 8))
    #expect(!ids.accepts(id, from: here, at: now))
  }

  @Test func `No bit of an id can be changed`() {
    let ids = ids()
    let id = ids.issue(to: here, at: now)
    for bit in 0..<64 as Range<UInt64> {
      #expect(!ids.accepts(id ^ 1 << bit, from: here, at: now))
    }
  }
}
