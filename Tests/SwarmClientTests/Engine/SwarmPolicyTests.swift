// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import SwarmClient

@Suite("Connections that others open") struct SwarmPolicyTests {
  private let policy = SwarmPolicy()

  private func address(_ number: Int) -> IPAddress { IPAddress(v4: 0xC000_0200 + UInt32(number)) }

  @Test("are half of all at most")
  func half() {
    let others = (1...29).map(address)
    #expect(policy.takes(address(30), beside: others))
    #expect(!policy.takes(address(31), beside: others + [address(30)]))
  }

  @Test("are few of one address, but for loopback, where all peers share one")
  func oneAddress() {
    let seven = Array(repeating: address(1), count: 7)
    #expect(policy.takes(address(1), beside: seven))
    #expect(!policy.takes(address(1), beside: seven + [address(1)]))
    #expect(policy.takes(address(2), beside: seven + [address(1)]))
    let here = IPAddress(v4: 0x7F00_0001)
    #expect(policy.takes(here, beside: Array(repeating: here, count: 20)))
  }
}
