// SPDX-License-Identifier: Apache-2.0

/// Numbers over time as lines of inline SVG, with their words: a title, a description that says the
/// same, a scale and a legend in HTML, so that they stay legible at any width.
struct Plot {
  /// One line; the stroke tells it from others, not the colour alone.
  struct Line {
    var name: String
    /// A value for each column; nil where nothing is known.
    var values: [Double?]
  }

  /// Names its parts in the page.
  var id: String
  var title: String
  var description: String
  var lines: [Line]
  /// How values are written.
  var unit: (Double) -> String
  /// What stands below its ends.
  var from = ""
  var to = ""
  /// Without scale and legend, for a cell of a table.
  var isSmall = false

  static let height = 100.0

  /// The largest value; 1 where there is none.
  var top: Double {
    let most = lines.flatMap(\.values).compactMap(\.self).max() ?? 0
    return most > 0 ? most : 1
  }

  /// Writes it.
  func write(to html: inout HTML) {
    if isSmall { return writeImage(to: &html) }
    html.element("figure", ["class": "plot"]) { html in
      html.element("div", ["class": "scale", "aria-hidden": "true"]) { html in
        html.element("span", unit(top))
        html.element("span", unit(0))
      }
      writeImage(to: &html)
      html.element("div", ["class": "span", "aria-hidden": "true"]) { html in
        html.element("span", from)
        html.element("span", to)
      }
      html.element("figcaption") { html in
        html.append(title)
        if lines.count > 1 { writeLegend(to: &html) }
      }
    }
  }

  private func writeLegend(to html: inout HTML) {
    html.element("ul", ["class": "legend"]) { html in
      for (index, line) in lines.enumerated() {
        html.element("li") { html in
          html.element(
            "svg", ["viewBox": "0 0 30 6", "aria-hidden": "true", "focusable": "false"]
          ) { html in
            html.element("path", ["class": "line\(index)", "d": "M0 3H30"], "")
          }
          html.append(line.name)
        }
      }
    }
  }

  private func writeImage(to html: inout HTML) {
    let columns = max(2, lines.map(\.values.count).max() ?? 0)
    html.element(
      "svg",
      [
        "class": isSmall ? "spark" : "image", "viewBox": "0 0 \(columns - 1) 100",
        "preserveAspectRatio": "none", "role": "img", "aria-labelledby": "\(id)-t \(id)-d",
        "focusable": "false",
      ]
    ) { html in
      html.element("title", ["id": "\(id)-t"], title)
      html.element("desc", ["id": "\(id)-d"], description)
      if !isSmall {
        html.element(
          "path", ["class": "grid", "d": "M0 .5H\(columns - 1)M0 50H\(columns - 1)"], "")
      }
      html.element("path", ["class": "grid", "d": "M0 99.5H\(columns - 1)"], "")
      for (index, line) in lines.enumerated() {
        html.element("path", ["class": "line\(index)", "d": path(line.values)], "")
      }
    }
  }

  /// The line as path data; one that is interrupted begins again.
  func path(_ values: [Double?]) -> String {
    var data = ""
    var isDown = false
    for (column, value) in values.enumerated() {
      guard let value else {
        // Without it a point that stands alone would not be seen.
        if isDown { data += "h.01" }
        isDown = false
        continue
      }
      let y = Self.tenths((1 - min(1, max(0, value / top))) * (Self.height - 2) + 1)
      data += isDown ? "L\(column) \(y)" : "M\(column) \(y)"
      isDown = true
    }
    return isDown ? data + "h.01" : data
  }

  private static func tenths(_ value: Double) -> String {
    let tenths = Int((value * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
