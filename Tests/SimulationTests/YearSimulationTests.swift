// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Plotting
import Testing

@testable import Simulation

@Suite("A simulated year")
struct YearSimulationTests {
  private func settings(_ change: (inout YearSettings) -> Void = { _ in }) -> YearSettings {
    var settings = YearSettings()
    settings.days = 20
    settings.runsPerDay = 2
    settings.churn = 10
    settings.growth = 100
    settings.liveShare = 50
    settings.clientPackages = 10
    change(&settings)
    return settings
  }

  /// Four pieces each at the default base, so that the sums below are whole.
  private func files(_ count: Int = 100) throws -> [SimulatedFile] {
    try (0..<count).map {
      SimulatedFile(path: try ArchivePath("pool/\($0)"), size: ByteCount(2 << 20))
    }
  }

  @Test("is the same for the same seed, and another for another")
  func repeatable() throws {
    let files = SimulatedFile.drawn(60, seed: 3)
    let table = try YearSimulation.run(files, settings: settings())
    #expect(try YearSimulation.run(files, settings: settings()) == table)
    #expect(try YearSimulation.run(files, settings: settings { $0.seed = 2 }).days != table.days)
    #expect(SimulatedFile.drawn(60, seed: 3) == files)
    #expect(SimulatedFile.drawn(60, seed: 4) != files)
  }

  @Test("begins with every file numbered")
  func first() throws {
    let table = try YearSimulation.run(try files(), settings: settings())
    let day = try #require(table.days.first)
    #expect(day.day == 0 && day.files == 100 && day.bytes == 200 << 20)
    #expect(day.nextPiece == 400 && day.floor == 0 && day.livePieces == 400)
    #expect(day.liveShare == 100)
    #expect(day.bitfieldBytes == 50)
    // One range: nothing skipped, 399 more than one.
    #expect(day.mirrorSetBytes == 3)
  }

  @Test("replaces as many bytes a day as the churn says")
  func churn() throws {
    let table = try YearSimulation.run(
      try files(), settings: settings { $0.growth = 0 })
    // 10 of 100 files a day for 20 days, in runs of 5.
    #expect(table.changedBytes == 400 << 20)
    #expect(table.days.allSatisfy { $0.livePieces == 400 && $0.files == 100 })
  }

  @Test("grows by as many files as the growth says")
  func growth() throws {
    let year = settings {
      ($0.days, $0.runsPerDay, $0.churn, $0.growth) = (73, 1, 0, 100)
    }
    let table = try YearSimulation.run(try files(), settings: year)
    // A fifth of a year, in which 100 would double.
    #expect([119, 120].contains(table.days.last?.files))
    #expect(table.days.last?.liveShare == 100)
  }

  @Test("uses up a number for each piece that is new")
  func numbers() throws {
    let table = try YearSimulation.run(
      try files(), settings: settings { ($0.growth, $0.liveShare) = (0, 0) })
    #expect(table.days.map(\.nextPiece) == (0...20).map { 400 + 40 * $0 })
    #expect(table.numbersGiven == 1200)
    #expect(table.generations.isEmpty)
    for day in table.days {
      let span = UInt64(day.nextPiece - day.floor)
      #expect(day.bitfieldBytes == (span + 7) / 8)
      #expect(day.liveShare == 400 * 100 / Double(span))
    }
  }

  @Test("begins a generation whenever less lives than is asked for")
  func generations() throws {
    let table = try YearSimulation.run(try files(), settings: settings { $0.growth = 0 })
    #expect(!table.generations.isEmpty)
    #expect(table.generations.map(\.generation) == Array(2..<table.generations.count + 2))
    #expect(table.generations.allSatisfy { $0.liveShareBefore < 50 && $0.memberBytes > 0 })
    #expect(table.days.allSatisfy { $0.liveShare >= 50 })
    #expect(table.days.last?.generation == table.generations.count + 1)
  }

  @Test("appends to the piece index, and a client by Range fetches each byte once")
  func pieceIndex() throws {
    let table = try YearSimulation.run(try files(), settings: settings())
    let sizes = table.days.map(\.pieceIndexBytes)
    #expect(zip(sizes, sizes.dropFirst()).allSatisfy { $0 < $1 })
    let (first, last) = (try #require(sizes.first), try #require(sizes.last))
    let (each, daily) = (try #require(table.clients.first), table.clients[1])
    #expect((each.runsBetween, each.updates) == (1, 40))
    #expect((daily.runsBetween, daily.updates) == (2, 20))
    #expect(each.rangeBytes == last - first)
    #expect(daily.rangeBytes == last - first)
    #expect(daily.wholeBytes == sizes.dropFirst().reduce(0, +))
    #expect(table.clients.allSatisfy { $0.mergedBytes <= $0.differenceBytes })
  }

  @Test("without any change gives no number and appends nothing")
  func still() throws {
    let table = try YearSimulation.run(
      try files(), settings: settings { ($0.churn, $0.growth) = (0, 0) })
    #expect(table.numbersGiven == 400)
    #expect(Set(table.days.map(\.pieceIndexBytes)).count == 1)
    #expect(table.clients.allSatisfy { $0.rangeBytes == 0 && $0.differenceBytes > 0 })
  }

  @Test("draws sizes as Debian's are distributed")
  func drawn() {
    let sizes = SimulatedFile.drawn(20_000, seed: 1).map(\.size.rawValue).sorted()
    // Median 59 kB and 90 % below 1.45 MB; of 20,000 draws, within a tenth.
    #expect((53_000...65_000).contains(sizes[10_000]))
    #expect((1_300_000...1_600_000).contains(sizes[18_000]))
    #expect(sizes[0] >= 600 && sizes[19_999] <= 1_540_000_000)
  }

  @Test(
    "refuses what cannot be",
    arguments: [
      { $0.days = 0 }, { $0.days = 3_661 }, { $0.runsPerDay = 0 }, { $0.runsPerDay = 97 },
      { $0.churn = -1 }, { $0.churn = .nan }, { $0.churn = 101 }, { $0.growth = .infinity },
      { $0.liveShare = 91 }, { $0.clientPackages = 0 },
    ] as [@Sendable (inout YearSettings) -> Void])
  func refused(change: @Sendable (inout YearSettings) -> Void) throws {
    let files = try files(2)
    #expect(
      try failure { try YearSimulation.run(files, settings: settings(change)) }?.code == .usage)
  }

  @Test("refuses more files and pieces than its limits")
  func limits() throws {
    var limits = SimulationLimits()
    limits.files = 2
    let three = try files(3)
    func run(_ files: [SimulatedFile]) throws -> ArchiveError? {
      try failure {
        try YearSimulation.run(
          files, settings: settings { ($0.growth, $0.clientPackages) = (1000, 1) }, limits: limits)
      }
    }
    #expect(try run(three)?.code == .usage)
    #expect(try run([])?.code == .usage)
    limits.files = 3
    #expect(try run(three)?.reason.contains("grows beyond 3 files") == true)
    limits.files = 100
    limits.pieces = 11
    #expect(try run(three)?.reason.contains("12 pieces") == true)
  }

  @Test("draws plots over all days")
  func sheet() throws {
    let table = try YearSimulation.run(try files(), settings: settings())
    #expect(table.sheet.plots.count == 5)
    #expect(table.sheet.plots[0].series[0].points.count == 21)
  }
}
