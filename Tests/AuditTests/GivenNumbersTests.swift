// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Testing

@testable import Audit

@Suite("Numbers over all piece indices")
struct GivenNumbersTests {
  private let torrent = TorrentID(headerDigest: .zero)

  private func content(_ name: String) throws -> ContentID {
    ContentID(sha256: try .hashing(Array(name.utf8)), size: ByteCount(100))
  }

  private func range(_ first: UInt32, _ count: UInt32 = 1) throws -> PieceNumberRange {
    try #require(PieceNumberRange(first: PieceNumber(first), count: count))
  }

  @Test("One content may be told of by several indices, under the same numbers")
  func same() throws {
    var numbers = GivenNumbers()
    for _ in 0..<3 { numbers.give(try range(4, 3), to: try content("a"), in: torrent) }
    numbers.give(try range(7), to: try content("b"), in: torrent)
    #expect(numbers.collisions() == [])
  }

  @Test("One content may have new numbers when it comes back below the floor")
  func back() throws {
    var numbers = GivenNumbers()
    numbers.give(try range(4, 3), to: try content("a"), in: torrent)
    numbers.give(try range(9, 3), to: try content("a"), in: torrent)
    #expect(numbers.collisions() == [])
  }

  @Test("A number that two contents have is found, in whatever order they come")
  func reused() throws {
    let a = try content("a"), b = try content("b")
    for order in [[a, b], [b, a]] {
      var numbers = GivenNumbers()
      for content in order {
        numbers.give(try range(content == a ? 4 : 6, 3), to: content, in: torrent)
      }
      let collisions = numbers.collisions()
      #expect(collisions.map(\.content) == [b])
      #expect(collisions.first?.description == "the numbers 6-8 of \(b) and 4-6 of \(a) overlap")
    }
  }

  @Test("A range within another is found, and what comes behind it is compared with the longer")
  func within() throws {
    var numbers = GivenNumbers()
    numbers.give(try range(0, 10), to: try content("long"), in: torrent)
    numbers.give(try range(2), to: try content("short"), in: torrent)
    numbers.give(try range(9), to: try content("last"), in: torrent)
    #expect(numbers.collisions().map(\.other) == [try content("long"), try content("long")])
  }

  @Test("Generations do not meet")
  func generations() throws {
    let other = TorrentID(headerDigest: try .hashing([1]))
    var numbers = GivenNumbers()
    numbers.give(try range(4), to: try content("a"), in: torrent)
    numbers.give(try range(4), to: try content("b"), in: other)
    #expect(numbers.collisions() == [])
  }

  @Test("Ranges cover what they were given, joined or not")
  func cover() throws {
    var cover = RangeCover()
    for (first, count) in [(10, 5), (0, 2), (15, 5), (4, 1)] as [(UInt32, UInt32)] {
      cover.insert(try range(first, count))
    }
    #expect(try cover.covers(range(10, 10)))
    #expect(try cover.covers(range(0, 2)) && cover.covers(range(4)))
    #expect(try !cover.covers(range(1, 2)) && !cover.covers(range(19, 2)))
    #expect(try !cover.covers(range(3)) && !cover.covers(range(100)))
    cover.insert(try range(2, 2))
    #expect(try cover.covers(range(0, 5)))
  }
}
