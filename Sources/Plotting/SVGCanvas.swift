// SPDX-License-Identifier: Apache-2.0

/// Elements of an SVG drawing, one a line.
struct SVGCanvas {
  private(set) var elements = ""

  /// Where a text is held.
  enum Anchor: String { case start, middle, end }

  /// Writes `text`, turned to run upwards where it is `upright`.
  mutating func text(
    _ text: String, x: Double, y: Double, anchor: Anchor = .start, class style: String? = nil,
    upright: Bool = false
  ) {
    let (x, y) = (Self.number(x), Self.number(y))
    let held = anchor == .start ? "" : " text-anchor=\"\(anchor.rawValue)\""
    let styled = style.map { " class=\"\($0)\"" } ?? ""
    let turned = upright ? " transform=\"rotate(-90 \(x) \(y))\"" : ""
    add("<text x=\"\(x)\" y=\"\(y)\"\(held)\(styled)\(turned)>\(Self.escaped(text))</text>")
  }

  /// Draws a straight line.
  mutating func line(
    _ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, class style: String
  ) {
    add(
      "<path class=\"\(style)\" d=\"M\(Self.number(x1)) \(Self.number(y1))"
        + "L\(Self.number(x2)) \(Self.number(y2))\"/>")
  }

  /// Draws lines from point to point in the colour of the group around them.
  mutating func polyline(_ points: [(x: Double, y: Double)], attributes: String = "") {
    guard points.count > 1 else { return }
    let steps = points.enumerated().map { index, point in
      "\(index == 0 ? "M" : "L")\(Self.number(point.x)) \(Self.number(point.y))"
    }
    add(
      "<path fill=\"none\" stroke=\"currentColor\" stroke-width=\"1.8\" stroke-linejoin=\"round\""
        + "\(attributes) d=\"\(steps.joined())\"/>")
  }

  /// Draws a filled outline, given as a relative path, around a point.
  mutating func dot(_ outline: String, x: Double, y: Double) {
    add("<path fill=\"currentColor\" d=\"M\(Self.number(x)) \(Self.number(y))\(outline)\"/>")
  }

  /// Opens a group with a style.
  mutating func begin(_ style: String) { add("<g class=\"\(style)\">") }

  /// Closes the group.
  mutating func end() { add("</g>") }

  private mutating func add(_ element: String) {
    elements += element
    elements += "\n"
  }

  /// Tenths of a pixel are enough.
  private static func number(_ value: Double) -> String {
    shortDecimal((value * 10).rounded() / 10)
  }

  /// `text` as XML 1.0 holds it; what it cannot hold becomes U+FFFD.
  static func escaped(_ text: String) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": escaped += "&amp;"
      case "<": escaped += "&lt;"
      case ">": escaped += "&gt;"
      case "\"": escaped += "&quot;"
      case "\t", "\n": escaped += " "
      case "\u{0}"..."\u{1F}", "\u{7F}"..."\u{9F}", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
