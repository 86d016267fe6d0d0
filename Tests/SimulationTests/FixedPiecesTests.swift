// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Simulation

@Suite("Pieces of one size over files laid end to end")
struct FixedPiecesTests {
  private func fetch(_ files: [(UInt64, Bool)], _ pieceSize: UInt64) -> (UInt64, UInt64) {
    let pieces = FixedPieces(files.map { (size: $0.0, isWanted: $0.1) }, pieceSize: pieceSize)
    return (pieces.pieces, pieces.bytes)
  }

  @Test("are fetched where they hold a wanted byte")
  func touched() {
    // 0-99, 100-149 wanted, 150-349: the piece 100-199.
    #expect(fetch([(100, false), (50, true), (200, false)], 100) == (1, 100))
    // 90-109 lies in two pieces.
    #expect(fetch([(90, false), (20, true), (200, false)], 100) == (2, 200))
    // 150-349: three pieces.
    #expect(fetch([(150, false), (200, true), (150, false)], 100) == (3, 300))
  }

  @Test("are fetched once for all files in them")
  func shared() {
    #expect(fetch([(40, true), (20, false), (40, true), (100, false)], 100) == (1, 100))
    // 0-149 and 160-199: the second piece is there already.
    #expect(fetch([(150, true), (10, false), (40, true), (100, false)], 100) == (2, 200))
  }

  @Test("are shorter at the very end")
  func last() {
    #expect(fetch([(100, false), (50, false), (200, false), (30, true)], 100) == (1, 80))
    #expect(fetch([(100, false), (100, true)], 100) == (1, 100))
    #expect(fetch([(30, true)], 100) == (1, 30))
  }

  @Test("of an empty file are none")
  func empty() {
    #expect(fetch([(100, false), (0, true), (100, false)], 100) == (0, 0))
    #expect(fetch([], 100) == (0, 0))
  }
}
