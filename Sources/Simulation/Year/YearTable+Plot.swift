// SPDX-License-Identifier: Apache-2.0

package import Plotting

extension YearTable {
  /// Numbers, sets and indices over the days.
  package var sheet: PlotSheet {
    PlotSheet(
      title: "\(settings.days) days of a numbered torrent",
      caption: [
        "\(days.first?.files ?? 0) files at first; \(percent(settings.churn)) of bytes replaced a day "
          + "in \(settings.runsPerDay) runs; \(percent(settings.growth)) more packages a year.",
        "A new generation below \(percent(settings.liveShare)) alive; seed \(settings.seed).",
      ],
      plots: [shares, numbers, sets, indices, transfers])
  }

  private var shares: Plot {
    plot(
      "Numbers that live, of those from the floor on", PlotAxis("live share (%)"),
      [("live share", { $0.liveShare })],
      PlotMark("new generation below this", .level, at: [settings.liveShare]))
  }

  private var numbers: Plot {
    plot(
      "Piece numbers", PlotAxis("numbers"),
      [
        ("next number", { Double($0.nextPiece) }), ("living pieces", { Double($0.livePieces) }),
        ("floor", { Double($0.floor) }),
      ])
  }

  private var sets: Plot {
    plot(
      "Saying which pieces one has", PlotAxis("bytes", scale: .logarithmic, unit: .bytes),
      [
        ("bitfield from the floor", { Double($0.bitfieldBytes) }),
        ("packed ranges, mirror", { Double($0.mirrorSetBytes) }),
        ("packed ranges, \(settings.clientPackages) packages", { Double($0.clientSetBytes) }),
      ])
  }

  private var indices: Plot {
    plot(
      "Size of the index, compressed", PlotAxis("bytes", unit: .bytes),
      [
        ("piece index, only grows", { Double($0.pieceIndexBytes) }),
        ("living contents alone", { Double($0.livingIndexBytes) }),
      ])
  }

  private var transfers: Plot {
    let runs = Double(settings.runsPerDay)
    func series(_ name: String, _ value: (Client) -> UInt64) -> PlotSeries {
      PlotSeries(
        name,
        clients.map { PlotPoint(Double($0.runsBetween) / runs, Double(value($0))) },
        hasDots: true)
    }
    let ticks = clients.map {
      PlotTick(Double($0.runsBetween) / runs, Self.interval($0.runsBetween, settings.runsPerDay))
    }
    return Plot(
      title: "Fetched by a client to keep its index, over all \(settings.days) days",
      x: PlotAxis("between two updates", scale: .logarithmic, ticks: ticks),
      y: PlotAxis("bytes", scale: .logarithmic, unit: .bytes),
      series: [
        series("whole piece index") { $0.wholeBytes },
        series("each difference") { $0.differenceBytes },
        series("merged differences") { $0.mergedBytes },
        series("by Range") { $0.rangeBytes },
      ])
  }

  private func plot(
    _ title: String, _ y: PlotAxis, _ lines: [(name: String, value: (Day) -> Double)],
    _ marks: PlotMark...
  ) -> Plot {
    let changes = generations.map {
      Double($0.day - 1) + Double($0.run) / Double(settings.runsPerDay)
    }
    return Plot(
      title: title, x: PlotAxis("time (days)"), y: y,
      series: lines.map { line in
        PlotSeries(line.name, days.map { PlotPoint(Double($0.day), line.value($0)) })
      },
      marks: marks + [PlotMark("new generation", .upright, at: changes)])
  }

  private func percent(_ value: Double) -> String { "\(shortDecimal(value)) %" }

  /// `1 run`, `7 days`.
  package static func interval(_ runs: Int, _ runsPerDay: Int) -> String {
    if runs.isMultiple(of: runsPerDay) {
      let days = runs / runsPerDay
      return days == 1 ? "1 day" : "\(days) days"
    }
    return runs == 1 ? "1 run" : "\(runs) runs"
  }
}
