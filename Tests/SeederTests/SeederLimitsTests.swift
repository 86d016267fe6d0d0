// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Seeder

@Suite("A seeder's limits, where descriptors are few")
struct SeederLimitsTests {
  /// What a seeder uses at most: each connection may hold a file that is kept for nobody else.
  private func most(_ limits: SeederLimits, loops: Int) -> Int {
    2 * limits.connections + min(512, limits.connections / 2) + 2 * limits.peerConnections
      + min(512, limits.peerConnections / 2) + loops * limits.openFiles
  }

  @Test("leave some for the process", arguments: [128, 200, 1024, 4096, 20_000], [1, 2, 4])
  func few(descriptors: Int, loops: Int) {
    var limits = SeederLimits()
    limits.fit(descriptors: descriptors, loops: loops)
    #expect(most(limits, loops: loops) <= descriptors - 90)
    #expect(limits.connections >= 2 && limits.peerConnections >= 1 && limits.openFiles >= 1)
  }

  @Test("are as they were where there are plenty")
  func plenty() {
    var limits = SeederLimits()
    limits.fit(descriptors: 524_288, loops: 2)
    #expect(limits == SeederLimits())
  }

  @Test("are not raised beyond what was asked for")
  func asked() {
    var limits = SeederLimits()
    limits.connections = 3
    limits.fit(descriptors: 1 << 20, loops: 2)
    #expect(limits.connections == 3)
  }
}
