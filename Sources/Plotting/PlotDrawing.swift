// SPDX-License-Identifier: Apache-2.0

/// Draws one plot: title, grid, axes, series, and a legend at its right.
struct PlotDrawing {
  private let plot: Plot
  private let x: PlotScale
  private let y: PlotScale
  private let area: (left: Double, top: Double, right: Double, bottom: Double)
  private let top: Double

  /// How high a plot is, with the room around it; higher where its legend needs it.
  let height: Double

  private static let left = 84.0
  private static let rowHeight = 20.0
  /// A character of 12 px, at worst.
  private static let characterWidth = 7.0
  private static let sampleWidth = 34.0

  /// Places `plot` below `top`, and a legend of a given width beside it.
  init(_ plot: Plot, top: Double, width: Double, legend: Double) {
    self.plot = plot
    self.top = top
    let points = plot.series.flatMap(\.points)
    let upright = plot.marks.filter { $0.direction == .upright }.flatMap(\.values)
    let level = plot.marks.filter { $0.direction == .level }.flatMap(\.values)
    x = PlotScale(plot.x, values: points.map(\.x) + upright, isTight: true)
    y = PlotScale(plot.y, values: points.map(\.y) + level, isTight: false)
    let names = Self.names(plot)
    let rows = max(210, Double(names.count) * Self.rowHeight + 10)
    area = (Self.left, top + 32, width - 30 - legend, top + 32 + rows)
    height = rows + 32 + 62
  }

  /// How wide the legend of `plot` is.
  static func legendWidth(of plot: Plot) -> Double {
    sampleWidth + Double(names(plot).map(\.count).max() ?? 0) * characterWidth
  }

  private static func names(_ plot: Plot) -> [String] {
    plot.series.map(\.name) + plot.marks.filter { !$0.values.isEmpty }.map(\.name)
  }

  /// Draws all of it.
  func draw(on canvas: inout SVGCanvas) {
    canvas.text(plot.title, x: Self.left, y: top + 18, class: "title")
    drawAxes(on: &canvas)
    for mark in plot.marks { draw(mark, on: &canvas) }
    for (index, series) in plot.series.enumerated() { draw(series, index, on: &canvas) }
    drawLegend(on: &canvas)
  }

  private func drawAxes(on canvas: inout SVGCanvas) {
    for tick in y.ticks {
      guard let place = vertical(tick.value) else { continue }
      canvas.line(area.left, place, area.right, place, class: "grid")
      canvas.text(tick.text, x: area.left - 8, y: place + 4, anchor: .end, class: "quiet")
    }
    for tick in x.ticks {
      guard let place = horizontal(tick.value) else { continue }
      canvas.line(place, area.bottom, place, area.bottom + 5, class: "axis")
      canvas.text(tick.text, x: place, y: area.bottom + 19, anchor: .middle, class: "quiet")
    }
    canvas.line(area.left, area.top, area.left, area.bottom, class: "axis")
    canvas.line(area.left, area.bottom, area.right, area.bottom, class: "axis")
    let middle = (area.left + area.right) / 2
    canvas.text(plot.x.label, x: middle, y: area.bottom + 38, anchor: .middle)
    let height = (area.top + area.bottom) / 2
    canvas.text(plot.y.label, x: 22, y: height, anchor: .middle, upright: true)
  }

  private func draw(_ mark: PlotMark, on canvas: inout SVGCanvas) {
    for value in mark.values {
      if mark.direction == .upright, let place = horizontal(value) {
        canvas.line(place, area.top, place, area.bottom, class: "mark")
      } else if mark.direction == .level, let place = vertical(value) {
        canvas.line(area.left, place, area.right, place, class: "mark")
      }
    }
  }

  private func draw(_ series: PlotSeries, _ index: Int, on canvas: inout SVGCanvas) {
    let places = series.points.compactMap { point -> (x: Double, y: Double)? in
      guard let x = horizontal(point.x), let y = vertical(point.y) else { return nil }
      return (x, y)
    }
    canvas.begin("s\(index % PlotStyle.count)")
    canvas.polyline(places, attributes: PlotStyle.dashing(index))
    if series.hasDots {
      for place in places { canvas.dot(PlotStyle.dot(index), x: place.x, y: place.y) }
    }
    canvas.end()
  }

  private func drawLegend(on canvas: inout SVGCanvas) {
    let left = area.right + 16
    var row = area.top + 8
    for (index, series) in plot.series.enumerated() {
      canvas.begin("s\(index % PlotStyle.count)")
      canvas.polyline(
        [(left, row), (left + 26, row)], attributes: PlotStyle.dashing(index))
      if series.hasDots { canvas.dot(PlotStyle.dot(index), x: left + 13, y: row) }
      canvas.end()
      canvas.text(series.name, x: left + Self.sampleWidth, y: row + 4)
      row += Self.rowHeight
    }
    for mark in plot.marks where !mark.values.isEmpty {
      if mark.direction == .level {
        canvas.line(left, row, left + 26, row, class: "mark")
      } else {
        canvas.line(left + 13, row - 8, left + 13, row + 8, class: "mark")
      }
      canvas.text(mark.name, x: left + Self.sampleWidth, y: row + 4)
      row += Self.rowHeight
    }
  }

  private func horizontal(_ value: Double) -> Double? {
    x.position(value).map { area.left + $0 * (area.right - area.left) }
  }

  private func vertical(_ value: Double) -> Double? {
    y.position(value).map { area.bottom - $0 * (area.bottom - area.top) }
  }
}
