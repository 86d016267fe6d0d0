// SPDX-License-Identifier: Apache-2.0

/// What an axis measures, and how it is divided.
package struct PlotAxis: Hashable, Sendable {
  package enum Scale: Hashable, Sendable {
    /// From 0, or the smallest value where that is below.
    case linear
    /// From the smallest value above 0.
    case logarithmic
  }

  /// How the numbers beside the ticks are written; the unit itself belongs into the label.
  package enum Unit: Hashable, Sendable {
    /// `1.5 M`.
    case count
    /// `1.5 MB`, in powers of ten.
    case bytes
  }

  /// Names quantity and unit, as `live share (%)`.
  package var label: String
  package var scale: Scale
  package var unit: Unit
  /// Ticks that are given rather than found; the axis spans them.
  package var ticks: [PlotTick]

  package init(
    _ label: String, scale: Scale = .linear, unit: Unit = .count, ticks: [PlotTick] = []
  ) {
    self.label = label
    self.scale = scale
    self.unit = unit
    self.ticks = ticks
  }
}

/// A place on an axis, and what is written there.
package struct PlotTick: Hashable, Sendable {
  package let value: Double
  package let text: String

  package init(_ value: Double, _ text: String) {
    self.value = value
    self.text = text
  }
}

extension PlotAxis.Unit {
  /// A value as people read it, with as few digits as tell it.
  func text(_ value: Double) -> String {
    let units =
      self == .bytes ? ["B", "kB", "MB", "GB", "TB", "PB"] : ["", "k", "M", "G", "T", "P"]
    var scaled = value
    var unit = 0
    // Four digits are read as easily as three and a letter.
    let first = self == .bytes ? 1000.0 : 10_000
    if abs(scaled) >= first {
      while abs(scaled) >= 1000, unit < units.count - 1 {
        scaled /= 1000
        unit += 1
      }
    }
    let number = shortDecimal(scaled)
    return units[unit].isEmpty ? number : "\(number) \(units[unit])"
  }
}
