// SPDX-License-Identifier: Apache-2.0

/// A diagram of one or more series over two axes, to be drawn in a `PlotSheet`.
package struct Plot: Hashable, Sendable {
  package var title: String
  package var x: PlotAxis
  package var y: PlotAxis
  package var series: [PlotSeries]
  package var marks: [PlotMark]

  /// Joins the parts; each series has a style by its position.
  package init(
    title: String, x: PlotAxis, y: PlotAxis, series: [PlotSeries], marks: [PlotMark] = []
  ) {
    self.title = title
    self.x = x
    self.y = y
    self.series = series
    self.marks = marks
  }
}

/// One line of a plot.
package struct PlotSeries: Hashable, Sendable {
  package var name: String
  /// Joined in this order; what an axis cannot show (nothing finite, or 0 on a logarithm) is left out.
  package var points: [PlotPoint]
  /// Whether each point is also drawn by itself, for series of few points.
  package var hasDots: Bool

  package init(_ name: String, _ points: [PlotPoint], hasDots: Bool = false) {
    self.name = name
    self.points = points
    self.hasDots = hasDots
  }
}

/// A value of both axes.
package struct PlotPoint: Hashable, Sendable {
  package let x: Double
  package let y: Double

  package init(_ x: Double, _ y: Double) {
    self.x = x
    self.y = y
  }
}

/// Straight lines across a plot, explained once in its legend.
package struct PlotMark: Hashable, Sendable {
  package enum Direction: Hashable, Sendable {
    /// At values of x.
    case upright
    /// At values of y.
    case level
  }

  package var name: String
  package var direction: Direction
  package var values: [Double]

  package init(_ name: String, _ direction: Direction, at values: [Double]) {
    self.name = name
    self.direction = direction
    self.values = values
  }
}
