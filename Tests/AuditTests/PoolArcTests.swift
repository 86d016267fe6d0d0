// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Testing

@testable import Audit

@Suite("Shares of the pool")
struct PoolArcTests {
  private func positions(_ count: Int) throws -> [PoolPosition] {
    try (0..<count).map { index in
      PoolPosition(
        ContentID(sha256: try .hashing(Array("content \(index)".utf8)), size: ByteCount(1)))
    }
  }

  @Test("Runs in a row read every content once", arguments: [1, 3, 5, 7, 33, 50, 100])
  func everyContentOnce(percent: Int) throws {
    let all = try positions(2000)
    var start = PoolPosition(0xFEDC_BA98_7654_3210)
    var read: [Int] = Array(repeating: 0, count: all.count)
    let runs = (100 + percent - 1) / percent
    for _ in 0..<runs {
      let arc = PoolArc(start: start, percent: percent)
      for (index, position) in all.enumerated() where arc.contains(position) { read[index] += 1 }
      start = arc.end
    }
    #expect(!read.contains(0))
    // Only where the share does not divide the circle does the last run meet the first again.
    if 100.isMultiple(of: percent) { #expect(read.filter { $0 > 1 }.count <= 1) }
  }

  @Test("A share is about as large as it says")
  func size() throws {
    let all = try positions(2000)
    let arc = PoolArc(start: PoolPosition(.max - 5), percent: 10)
    let count = all.count { arc.contains($0) }
    #expect((120...280).contains(count))
  }

  @Test("Nothing is in a share of 0, everything in one of 100")
  func ends() {
    for value: UInt64 in [0, 1, .max / 2, .max] {
      #expect(!PoolArc(start: PoolPosition(7), percent: 0).contains(PoolPosition(value)))
      #expect(PoolArc(start: PoolPosition(7), percent: 100).contains(PoolPosition(value)))
    }
    #expect(PoolArc(start: PoolPosition(7), percent: 100).end == PoolPosition(7))
  }

  @Test("A share goes over the end of the circle")
  func over() {
    let arc = PoolArc(start: PoolPosition(.max - 9), percent: 1)
    #expect(arc.contains(PoolPosition(.max)) && arc.contains(PoolPosition(0)))
    #expect(!arc.contains(PoolPosition(.max - 10)))
    #expect(PoolPosition(4).distance(from: arc.start) == 14)
  }
}
