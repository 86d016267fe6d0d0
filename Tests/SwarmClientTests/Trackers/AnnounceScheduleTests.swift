// SPDX-License-Identifier: Apache-2.0

import SwarmClient
import Testing

@Suite("When a torrent is announced") struct AnnounceScheduleTests {
  private func answer(_ text: String) throws -> TrackerAnswer {
    try TrackerAnswer(http: Array(text.utf8))
  }

  @Test("at once, and then after the interval")
  func interval() throws {
    var schedule = AnnounceSchedule(now: .seconds(10))
    #expect(schedule.due == .seconds(10))
    schedule.succeeded(
      try answer("d8:intervali1800e12:min intervali60ee"), isComplete: false, now: .seconds(11))
    #expect(schedule.due == .seconds(1811))
  }

  @Test("sooner when there is news, but not than the tracker allows")
  func hurry() throws {
    var schedule = AnnounceSchedule(now: .zero)
    schedule.succeeded(
      try answer("d8:intervali1800e12:min intervali90ee"), isComplete: false, now: .seconds(1))
    schedule.hurry(now: .seconds(5))
    #expect(schedule.due == .seconds(91))
    schedule.hurry(now: .seconds(200))
    #expect(schedule.due == .seconds(91))
  }

  @Test("as started, as paused once everything wanted is there, and then as nothing")
  func events() throws {
    var schedule = AnnounceSchedule(now: .zero)
    #expect(schedule.event(isComplete: false) == .started)
    let answer = try answer("d8:intervali1800ee")
    schedule.succeeded(answer, isComplete: false, now: .zero)
    #expect(schedule.event(isComplete: false) == .none)
    #expect(schedule.event(isComplete: true) == .paused)
    schedule.succeeded(answer, isComplete: true, now: .zero)
    #expect(schedule.event(isComplete: true) == .none)
  }

  @Test("ever later while it fails")
  func backoff() {
    var schedule = AnnounceSchedule(now: .zero)
    var pauses: [Duration] = []
    for _ in 0..<10 {
      schedule.failed(.unreachable(""), now: .zero)
      pauses.append(schedule.due ?? .zero)
    }
    #expect(
      pauses == [15, 30, 60, 120, 240, 480, 960, 1800, 1800, 1800].map { .seconds($0) })
  }

  @Test("when the tracker says, or never again (BEP 31)")
  func refusals() {
    var schedule = AnnounceSchedule(now: .zero)
    schedule.failed(.refused("busy", retryIn: 300), now: .seconds(1))
    #expect(schedule.due == .seconds(301))
    schedule.failed(.refused("unknown", retryIn: nil), now: .seconds(301))
    #expect(schedule.due == nil)
    schedule.hurry(now: .seconds(400))
    #expect(schedule.due == nil)
  }
}
