// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import PieceHasher

@Suite("A pace of 100 bytes a second")
struct PaceTests {
  @Test("The first bytes are due at once, the next when those are paid for")
  func payment() {
    var pace = Pace(ByteCount(100))
    #expect(pace.take(50, at: .seconds(1)) == .seconds(1))
    #expect(pace.take(100, at: .seconds(1)) == .milliseconds(1500))
    #expect(pace.take(1, at: .seconds(1)) == .milliseconds(2500))
  }

  @Test("A pause earns no burst")
  func pause() {
    var pace = Pace(ByteCount(100))
    _ = pace.take(100, at: .zero)
    #expect(pace.take(100, at: .seconds(60)) == .seconds(60))
    #expect(pace.take(100, at: .seconds(60)) == .seconds(61))
  }
}
