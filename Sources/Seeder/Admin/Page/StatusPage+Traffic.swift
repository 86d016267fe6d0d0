// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// What is sent, over time and by what it is.
extension StatusPage {
  private static let sources: [(name: String, value: @Sendable (Sample) -> UInt64)] = [
    ("files by path", { $0.paths }), ("by hash and piece", { $0.pieces }),
    ("to peers", { $0.peers }),
  ]

  /// What plots show: the last hour while there is no more, then the last day.
  private var span: (seconds: Int64, columns: Int, name: String) {
    let first = series.samples.first?.time.seconds ?? now.seconds
    return now.seconds - first > 3600 ? (86_400, 288, "day") : (3600, 60, "hour")
  }

  private func columns(_ value: (Sample) -> UInt64) -> [Double?] {
    series.columns(span.columns, seconds: span.seconds, before: now, value)
  }

  private static func rate(_ bytes: Double) -> String { "\(StatusBytes.text(UInt64(bytes)))/s" }

  func writeTraffic(to html: inout HTML) {
    html.element("h3", "By source")
    html.element("div", ["class": "plots"]) { html in
      plot(
        "bytes", "Bytes a second, by source",
        Self.sources.map { Plot.Line(name: $0.name, values: columns($0.value)) }, Self.rate,
        &html)
      plot(
        "clients-plot", "Connections",
        [
          Plot.Line(name: "HTTP", values: perMinute(\.connections)),
          Plot.Line(name: "peers", values: perMinute(\.peerConnections)),
        ], { StatusBytes.grouped(UInt64($0.rounded())) }, &html)
    }
    html.table(
      "sources", "Bytes sent, by where they came from",
      [.text("Source"), .number("Last hour"), .number("Last day"), .number("Since the start")],
      zip(Self.sources, status.traffic.sources).map { source, bytes -> [HTML.Cell] in
        [.text(source.name)] + amounts(bytes) + [.text(StatusBytes.text(bytes.total ?? 0))]
      }, empty: "")
    hours(&html)
    html.element("h3", "By suite")
    html.table(
      "suites", "Bytes of each suite; a package of several suites is counted apart",
      [
        .text("Suite"), .number("Last hour"), .number("Last day"),
        .text("Over the last \(span.name)"),
      ],
      status.traffic.suites.enumerated().map { index, bytes -> [HTML.Cell] in
        [.text(bytes.name)] + amounts(bytes) + [.content { spark(bytes.name, index, &$0) }]
      }, empty: "Nothing of a suite was sent within a day.")
  }

  private func amounts(_ bytes: SeederStatus.Bytes) -> [HTML.Cell] {
    [.text(StatusBytes.text(bytes.lastHour)), .text(StatusBytes.text(bytes.lastDay))]
  }

  /// A level at the end of each minute, and not a rate.
  private func perMinute(_ value: (Sample) -> UInt64) -> [Double?] {
    columns { UInt64(Double(value($0)) * $0.seconds) }
  }

  private func plot(
    _ id: String, _ title: String, _ lines: [Plot.Line], _ unit: @escaping (Double) -> String,
    _ html: inout HTML
  ) {
    let words = lines.map { line in
      let known = line.values.compactMap(\.self)
      guard let most = known.max(), let last = known.last else { return "\(line.name): none yet" }
      return "\(line.name): \(unit(last)) now, \(unit(most)) at most"
    }
    Plot(
      id: id, title: title,
      description: "Over the last \(span.name). \(words.joined(separator: "; ")).", lines: lines,
      unit: unit, from: span.name == "day" ? "a day ago" : "an hour ago", to: "now"
    ).write(to: &html)
  }

  private func spark(_ name: String, _ index: Int, _ html: inout HTML) {
    guard
      let slot = series.suites.firstIndex(of: name)
        ?? (name == "no suite" ? series.suites.firstIndex(of: "") : nil)
    else { return }
    let values = columns { series.bytes(slot, in: $0) }
    let most = values.compactMap(\.self).max() ?? 0
    Plot(
      id: "suite-\(index)", title: "Bytes a second of \(name)",
      description: "Over the last \(span.name), at most \(Self.rate(most)).",
      lines: [Plot.Line(name: name, values: values)], unit: Self.rate, isSmall: true
    ).write(to: &html)
  }

  /// What the plot shows, in numbers.
  private func hours(_ html: inout HTML) {
    let last = series.last(86_400, before: now)
    var rows: [[HTML.Cell]] = []
    var hour: Int64?
    var sums = [UInt64](repeating: 0, count: Self.sources.count)
    func finish() {
      guard let hour else { return }
      rows.append(
        [.time("\(ArchiveDate(seconds: hour * 3600))")]
          + sums.map { .text(StatusBytes.text($0)) })
    }
    for sample in last {
      let of = (sample.time.seconds - 1) / 3600
      if of != hour {
        finish()
        hour = of
        sums = sums.map { _ in 0 }
      }
      for (index, source) in Self.sources.enumerated() { sums[index] += source.value(sample) }
    }
    finish()
    html.element("details", ["id": "by-hour"]) { html in
      html.element("summary", ["id": "by-hour-summary"], "Bytes by hour, as a table")
      html.table(
        "hours", "Bytes sent in each hour that began at the time given",
        [.text("Hour")] + Self.sources.map { HTML.Column.number($0.name) }, rows.reversed(),
        empty: "Nothing was noted yet.")
    }
  }

  func writePackages(to html: inout HTML) {
    let packages = status.packages
    html.element("p", ["class": "soft"]) { html in
      html.append("Since ")
      html.time(packages.since)
      html.append(".")
    }
    html.element("h3", "Most wanted")
    html.table(
      "wanted", "Packages that most requests were answered with",
      [.text("Package"), .number("Requests"), .number("Too many by at most"), .number("Bytes")],
      packages.wanted.map { package in
        [
          .code(package.path), .text(StatusBytes.grouped(package.requests)),
          .text(StatusBytes.grouped(package.error)), .text(StatusBytes.text(package.bytes)),
        ]
      }, empty: "No package was asked for.")
    html.element("h3", "Slowest")
    html.table(
      "slowest",
      "Of the packages that took most time to send, those with the lowest rate over all transfers "
        + "that went to their end",
      [.text("Package"), .number("Rate"), .number("Transfers")],
      packages.slowest.map { package in
        [
          .code(package.path), .text("\(StatusBytes.text(package.bytesPerSecond))/s"),
          .text(StatusBytes.grouped(package.transfers)),
        ]
      }, empty: "No transfer took long enough to be timed.")
  }
}
