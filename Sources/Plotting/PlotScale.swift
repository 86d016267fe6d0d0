// SPDX-License-Identifier: Apache-2.0

private import Glibc

/// An axis that fits its values: where each lies between 0 and 1, and the ticks.
struct PlotScale {
  let ticks: [PlotTick]
  private let scale: PlotAxis.Scale
  private let lower: Double
  private let upper: Double
  /// Room at both ends, as a share of the whole.
  private let inset: Double

  /// Fits `axis` to `values`.
  ///
  /// - Parameters:
  ///   - axis: what is measured.
  ///   - values: what it has to hold; those that it cannot show are passed over.
  ///   - isTight: whether the axis ends with its values rather than at a tick.
  init(_ axis: PlotAxis, values: [Double], isTight: Bool) {
    scale = axis.scale
    let shown = (values + axis.ticks.map(\.value)).filter { Self.shows($0, axis.scale) }
    let smallest = shown.min() ?? (axis.scale == .linear ? 0 : 1)
    let largest = shown.max() ?? 1
    guard axis.ticks.isEmpty else {
      ticks = axis.ticks.filter { Self.shows($0.value, axis.scale) }
      (lower, upper, inset) = (smallest, largest, 0.04)
      return
    }
    inset = 0
    switch axis.scale {
    case .linear:
      let from = min(0, smallest)
      let span = max(largest, from) - from
      let step = Self.step(span > 0 ? span : 1)
      lower = isTight ? from : (from / step).rounded(.down) * step
      let end = span > 0 ? largest : from + 1
      upper = isTight ? end : (end / step - 1e-9).rounded(.up) * step
      ticks = Self.multiples(of: step, from: lower, through: upper).map {
        PlotTick($0, axis.unit.text($0))
      }
    case .logarithmic:
      let from = log10(smallest).rounded(.down)
      let end = max(from + 1, log10(largest).rounded(.up))
      (lower, upper) = (pow(10, from), pow(10, end))
      ticks = stride(from: from, through: end, by: 1).map {
        PlotTick(pow(10, $0), axis.unit.text(pow(10, $0)))
      }
    }
  }

  /// Where a value lies between 0 and 1; nil for what the axis cannot show.
  func position(_ value: Double) -> Double? {
    guard Self.shows(value, scale) else { return nil }
    let share =
      switch scale {
      case .linear: upper > lower ? (value - lower) / (upper - lower) : 0.5
      case .logarithmic:
        upper > lower ? (log2(value) - log2(lower)) / (log2(upper) - log2(lower)) : 0.5
      }
    return inset + min(max(share, 0), 1) * (1 - 2 * inset)
  }

  private static func shows(_ value: Double, _ scale: PlotAxis.Scale) -> Bool {
    value.isFinite && abs(value) < 1e18 && (scale == .linear || value > 0)
  }

  /// 1, 2 or 5 times a power of ten, four to ten of which make up `span`.
  static func step(_ span: Double) -> Double {
    let rough = span / 5
    let power = pow(10, log10(rough).rounded(.down))
    let digit = rough / power
    return power * (digit <= 1 + 1e-9 ? 1 : digit <= 2 + 1e-9 ? 2 : digit <= 5 + 1e-9 ? 5 : 10)
  }

  private static func multiples(
    of step: Double, from lower: Double, through upper: Double
  ) -> [Double] {
    let first = Int((lower / step - 1e-9).rounded(.up))
    let last = Int((upper / step + 1e-9).rounded(.down))
    return first <= last ? (first...last).map { Double($0) * step } : []
  }
}

/// `value` with at most three decimals, and no zeros at the end.
package func shortDecimal(_ value: Double) -> String {
  guard value.isFinite, abs(value) < 1e15 else { return "–" }
  let scaled = Int((value * 1000).rounded())
  guard scaled % 1000 != 0 else { return "\(scaled / 1000)" }
  let digits = String(abs(scaled) % 1000)
  var fraction = String(repeating: "0", count: 3 - digits.utf8.count) + digits
  while fraction.last == "0" { fraction.removeLast() }
  return "\(scaled < 0 ? "-" : "")\(abs(scaled) / 1000).\(fraction)"
}
