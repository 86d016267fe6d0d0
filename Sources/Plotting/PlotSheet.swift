// SPDX-License-Identifier: Apache-2.0

/// Plots below each other under one heading, drawn as SVG 1.1 without scripts, references or ids: it can
/// stand in a file of its own, or several times within an HTML page.
package struct PlotSheet: Hashable, Sendable {
  package var title: String
  /// What one has to know to read it; lines are broken where they are too long.
  package var caption: [String]
  package var plots: [Plot]

  package init(title: String, caption: [String] = [], plots: [Plot]) {
    self.title = title
    self.caption = caption
    self.plots = plots
  }

  private static let width = 900.0
  private static let lineHeight = 17.0
  /// Characters of 12 px that fit beside each other, at worst.
  private static let columns = 132

  /// The drawing as a file, with its style sheet and an XML declaration.
  package var file: String {
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + svg(style: PlotStyle.sheet)
  }

  /// The drawing as an element of a page that has the rules of `PlotStyle.sheet`.
  package var element: String { svg(style: nil) }

  private func svg(style: String?) -> String {
    let lines = caption.flatMap { Self.broken($0, at: Self.columns) }
    // Plots below each other have their axes below each other.
    let legend = min(plots.map(PlotDrawing.legendWidth).max() ?? 0, Self.width / 2)
    var top = 34.0
    var canvas = SVGCanvas()
    canvas.text(title, x: 20, y: top, class: "head")
    top += 4
    for line in lines {
      top += Self.lineHeight
      canvas.text(line, x: 20, y: top, class: "quiet")
    }
    top += 14
    for plot in plots {
      let drawing = PlotDrawing(plot, top: top, width: Self.width, legend: legend)
      drawing.draw(on: &canvas)
      top += drawing.height
    }
    let (width, height) = (shortDecimal(Self.width), shortDecimal(top.rounded(.up)))
    var head = "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"plot\" role=\"img\" "
    head += "width=\"\(width)\" height=\"\(height)\" viewBox=\"0 0 \(width) \(height)\">\n"
    head += "<title>\(SVGCanvas.escaped(title))</title>\n"
    head += "<desc>\(SVGCanvas.escaped(caption.joined(separator: " ")))</desc>\n"
    if let style { head += "<style>\n\(style)</style>\n" }
    head += "<rect class=\"ground\" width=\"\(width)\" height=\"\(height)\"/>\n"
    return head + canvas.elements + "</svg>\n"
  }

  /// `text` in lines of at most `columns` characters, broken at blanks.
  static func broken(_ text: String, at columns: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= columns {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
