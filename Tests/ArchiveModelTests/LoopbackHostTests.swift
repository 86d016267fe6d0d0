// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@Suite("The Host field of a request to this machine") struct LoopbackHostTests {
  @Test(
    "is an address or localhost",
    arguments: [
      "", "localhost", "LocalHost:8081", "a.localhost", "127.0.0.1", "127.0.0.1:8081", "[::1]",
      "[::1]:8081", "::1", "10.0.0.1:1",
    ])
  func own(field: String) {
    #expect(LoopbackHost.isMeant(field))
  }

  @Test(
    "is no name that somebody else has given it",
    arguments: [
      "evil.example", "evil.example:8081", "localhost.evil.example", "notlocalhost",
      "127.0.0.1.evil",
      "[::1].evil", "a:b:c", ".",
    ])
  func foreign(field: String) {
    #expect(!LoopbackHost.isMeant(field))
  }
}
