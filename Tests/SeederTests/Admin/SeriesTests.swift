// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Seeder

@Suite("The figures of the last day")
struct SeriesTests {
  private func series(_ minutes: Int, _ value: (Int) -> UInt64 = { _ in 60 }) -> Series {
    var series = Series()
    for minute in 1...minutes {
      var sample = Sample(time: ArchiveDate(seconds: Int64(minute) * 60), seconds: 60)
      sample.paths = value(minute)
      series.append(sample, suites: ["sid": value(minute)])
    }
    return series
  }

  private func now(_ minutes: Int) -> ArchiveDate { ArchiveDate(seconds: Int64(minutes) * 60) }

  @Test("are no more than a day's")
  func bounded() {
    let series = series(3000)
    #expect(series.samples.count == 1440)
    #expect(series.samples.last?.time == now(3000))
    #expect(series.sum(86_400, before: now(3000), \.paths) == 1440 * 60)
    #expect(series.sum(3600, before: now(3000), \.paths) == 60 * 60)
    #expect(series.sum(3600, before: now(3030), \.paths) == 30 * 60)
  }

  @Test("are rates in columns, and nothing where nothing is known")
  func columns() {
    let series = series(10) { $0 > 5 ? 120 : 60 }
    let columns = series.columns(20, seconds: 1200, before: now(10), \.paths)
    #expect(columns.prefix(10).allSatisfy { $0 == nil })
    #expect(columns.suffix(10) == [1, 1, 1, 1, 1, 2, 2, 2, 2, 2])
    #expect(series.columns(2, seconds: 1200, before: now(10), \.paths) == [nil, 1.5])
  }

  @Test("tell of sixteen suites and the others")
  func suites() {
    var series = Series()
    var bytes: [String: UInt64] = [:]
    for number in 0..<100 { bytes["suite\(number)"] = 1 }
    series.append(Sample(time: now(1), seconds: 60), suites: bytes)
    #expect(series.suites.count == 16)
    #expect(series.suites.last == "others")
    let sample = series.samples[0]
    #expect(series.suites.indices.map { series.bytes($0, in: sample) }.reduce(0, +) == 100)
    #expect(series.bytes(15, in: sample) == 85)
  }

  @Test("know what lasts")
  func lasting() {
    #expect(series(5).isLasting(5, \.paths))
    #expect(!series(4).isLasting(5, \.paths), "not known for so long")
    #expect(!series(9) { $0 == 7 ? 0 : 1 }.isLasting(5, \.paths))
    #expect(!series(9).isLasting(5, \.rejected))
  }
}
