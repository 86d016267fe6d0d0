// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import SwarmClient

/// When a newer index is looked for, in made-up time.
struct RefreshScheduleTests {
  private static let interval = Duration.seconds(900)
  private var schedule = RefreshSchedule(every: interval, now: .zero)

  /// Looks at `now`, if one is due, to that end.
  private mutating func look(_ now: Duration, hasNews: Bool) -> Bool {
    guard schedule.begin(now: now) else { return false }
    schedule.ended(hasNews: hasNews, now: now + .seconds(1))
    return true
  }

  /// The first of the seconds up to `end` in which a look is due.
  private mutating func nextLook(from start: Int, to end: Int, hasNews: Bool) -> Int? {
    (start...end).first { look(.seconds($0), hasNews: hasNews) }
  }

  @Test mutating func `One is looked for after each interval`() {
    #expect(nextLook(from: 0, to: 2000, hasNews: false) == 900)
    #expect(nextLook(from: 901, to: 2000, hasNews: true) == 1800)
  }

  @Test mutating func `A peer that knows of more is believed at once, and then after five seconds`()
  {
    schedule.hint(now: .seconds(10))
    #expect(nextLook(from: 10, to: 10, hasNews: true) == 10)
    schedule.hint(now: .seconds(12))
    #expect(nextLook(from: 12, to: 900, hasNews: true) == 15)
  }

  @Test mutating func `While one is under way no other begins`() {
    schedule.hint(now: .zero)
    let begins = [0, 30, 2000].map { schedule.begin(now: .seconds($0)) }
    #expect(begins == [true, false, false])
  }

  @Test mutating func `Who is told of numbers before they are published finds them soon after`() {
    schedule.hint(now: .seconds(10))
    #expect(nextLook(from: 10, to: 10, hasNews: false) == 10)
    #expect(nextLook(from: 11, to: 900, hasNews: true) == 16)
  }

  @Test mutating func `What a peer says during a look is a reason for the next`() {
    schedule.hint(now: .zero)
    let isFirst = schedule.begin(now: .zero)
    schedule.hint(now: .seconds(1))
    schedule.ended(hasNews: true, now: .seconds(2))
    #expect(isFirst && nextLook(from: 2, to: 900, hasNews: true) == 5)
  }

  @Test mutating func `Looks that come to nothing are further and further apart`() {
    schedule.hint(now: .zero)
    var looks: [Int] = []
    var now = 0
    while looks.count < 7, let next = nextLook(from: now, to: now + 1000, hasNews: false) {
      looks.append(next)
      // Whoever names such numbers names them all the time.
      schedule.hint(now: .seconds(next + 2))
      now = next + 2
    }
    #expect(looks == [0, 6, 17, 38, 79, 160, 321])
  }

  @Test mutating func `News bring the shortest pause back`() {
    schedule.hint(now: .zero)
    #expect(nextLook(from: 0, to: 0, hasNews: false) == 0)
    #expect(nextLook(from: 1, to: 900, hasNews: false) == 6)
    #expect(nextLook(from: 7, to: 900, hasNews: true) == 17)
    schedule.hint(now: .seconds(19))
    #expect(nextLook(from: 19, to: 900, hasNews: true) == 22)
  }
}
