// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Plotting

@Suite("A scale of a plot")
struct PlotScaleTests {
  private func texts(
    _ values: [Double], _ scale: PlotAxis.Scale = .linear, _ unit: PlotAxis.Unit = .count,
    isTight: Bool = false
  ) -> [String] {
    PlotScale(PlotAxis("", scale: scale, unit: unit), values: values, isTight: isTight)
      .ticks.map(\.text)
  }

  @Test("has ticks at multiples of 1, 2 or 5 times a power of ten")
  func linear() {
    #expect(texts([0, 75.1]) == ["0", "20", "40", "60", "80"])
    #expect(texts([0.3, 0.92]) == ["0", "0.2", "0.4", "0.6", "0.8", "1"])
    #expect(texts([12, 412]) == ["0", "100", "200", "300", "400", "500"])
    #expect(texts([-30, 10]) == ["-30", "-20", "-10", "0", "10"])
  }

  @Test("ends with its values where it is tight")
  func tight() {
    let scale = PlotScale(PlotAxis(""), values: [0, 365], isTight: true)
    #expect(scale.ticks.map(\.text) == ["0", "100", "200", "300"])
    #expect(scale.position(365) == 1)
    #expect(scale.position(73) == 0.2)
  }

  @Test("writes large numbers with a unit")
  func units() {
    #expect(texts([0, 231_058]) == ["0", "50 k", "100 k", "150 k", "200 k", "250 k"])
    #expect(texts([0, 4_000_000], .linear, .bytes) == ["0 B", "1 MB", "2 MB", "3 MB", "4 MB"])
    #expect(texts([0, 2500]) == ["0", "500", "1000", "1500", "2000", "2500"])
  }

  @Test("on a logarithm has a tick at each power of ten around its values")
  func logarithmic() {
    #expect(texts([1300, 28_376], .logarithmic, .bytes) == ["1 kB", "10 kB", "100 kB"])
    let scale = PlotScale(
      PlotAxis("", scale: .logarithmic), values: [1, 100], isTight: false)
    #expect(abs((scale.position(10) ?? 0) - 0.5) < 1e-12)
    #expect(scale.position(0) == nil)
    #expect(scale.position(-1) == nil)
  }

  @Test("spans the ticks that it is given, with room at both ends")
  func given() {
    let axis = PlotAxis(
      "", scale: .logarithmic, ticks: [PlotTick(1, "one"), PlotTick(4, "four")])
    let scale = PlotScale(axis, values: [2], isTight: true)
    #expect(scale.ticks.map(\.text) == ["one", "four"])
    #expect(scale.position(1) == 0.04)
    #expect(abs((scale.position(2) ?? 0) - 0.5) < 1e-12)
  }

  @Test(
    "is there without values, and with what is no number",
    arguments: [
      [], [.nan], [.infinity, -.infinity], [5], [0], [1e300],
    ] as [[Double]])
  func degenerate(values: [Double]) {
    for scale in [PlotAxis.Scale.linear, .logarithmic] {
      let fitted = PlotScale(PlotAxis("", scale: scale), values: values, isTight: false)
      #expect(fitted.ticks.count >= 2)
      #expect(fitted.position(.nan) == nil)
    }
  }
}
