// SPDX-License-Identifier: Apache-2.0

import Foundation
import FoundationXML
import Testing

@testable import Plotting

@Suite("A sheet of plots")
struct PlotSheetTests {
  private static let plot = Plot(
    title: "Waste", x: PlotAxis("size"), y: PlotAxis("waste (%)"),
    series: [
      PlotSeries("fixed", [PlotPoint(0, 1), PlotPoint(1, 3), PlotPoint(2, .nan)], hasDots: true),
      PlotSeries("aligned", [PlotPoint(0, 0), PlotPoint(1, 0)]),
    ],
    marks: [PlotMark("limit", .level, at: [2]), PlotMark("none", .upright, at: [])])

  /// What libxml2 makes of a drawing: text elements, and how many elements of each name.
  private final class Reader: NSObject, XMLParserDelegate {
    var texts: [String] = []
    var counts: [String: Int] = [:]
    private var text: String?

    func parser(
      _ parser: XMLParser, didStartElement name: String, namespaceURI: String?,
      qualifiedName: String?, attributes: [String: String]
    ) {
      counts[name, default: 0] += 1
      if name == "text" { text = "" }
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text? += string }

    func parser(
      _ parser: XMLParser, didEndElement name: String, namespaceURI: String?,
      qualifiedName: String?
    ) {
      if name == "text", let text { texts.append(text) }
      if name == "text" { text = nil }
    }
  }

  private func read(_ drawing: String) throws -> Reader {
    let reader = Reader()
    let parser = XMLParser(data: Data(drawing.utf8))
    parser.delegate = reader
    #expect(parser.parse(), "\(String(describing: parser.parserError))")
    return reader
  }

  @Test("is XML with title, axes, units and legend")
  func contents() throws {
    let sheet = PlotSheet(title: "Pieces", caption: ["Of all files."], plots: [Self.plot])
    let texts = try read(sheet.file).texts
    for text in [
      "Pieces", "Of all files.", "Waste", "size", "waste (%)", "fixed", "aligned", "limit",
    ] {
      #expect(texts.filter { $0 == text }.count == 1, "\(text)")
    }
    #expect(!texts.contains("none"))
  }

  @Test("leaves out points that are no numbers")
  func points() {
    let drawing = PlotSheet(title: "", plots: [Self.plot]).file
    // Two dots and the one of the legend.
    #expect(drawing.components(separatedBy: "fill=\"currentColor\" d=").count - 1 == 3)
    #expect(!drawing.contains("nan"))
  }

  @Test("holds any text")
  func escapes() throws {
    let name = "<script>alert(\"&amp;\")</script>\u{1B}[31m\u{0}"
    let sheet = PlotSheet(
      title: name, caption: [name],
      plots: [
        Plot(title: name, x: PlotAxis(name), y: PlotAxis(name), series: [PlotSeries(name, [])])
      ])
    let reader = try read(sheet.file)
    #expect(reader.counts["script"] == nil)
    #expect(
      reader.texts.contains("<script>alert(\"&amp;\")</script>\u{FFFD}[31m\u{FFFD}"),
      "\(reader.texts)")
  }

  @Test("has colours for light and dark, and nothing that a page would have to fetch or run")
  func standsAlone() {
    let drawing = PlotSheet(title: "t", plots: [Self.plot]).file
    #expect(drawing.contains("@media (prefers-color-scheme:dark)"))
    for word in ["script", "href", "url(", "id=", "@import"] {
      #expect(!drawing.contains(word), "\(word)")
    }
  }

  @Test("is an element without rules within a page")
  func element() throws {
    let element = PlotSheet(title: "t", plots: [Self.plot]).element
    #expect(element.hasPrefix("<svg "))
    #expect(!element.contains("<style"))
    #expect(try read("<p>\(element)\(element)</p>").counts["svg"] == 2)
  }

  @Test("breaks long captions at blanks")
  func broken() {
    #expect(PlotSheet.broken("one two three", at: 7) == ["one two", "three"])
    #expect(PlotSheet.broken("unbreakable on", at: 4) == ["unbreakable", "on"])
    #expect(PlotSheet.broken("", at: 4) == [])
  }

  @Test("keeps what it draws within its frame")
  func frame() throws {
    let many = (0..<20).map { PlotSeries("series \($0)", [PlotPoint(0, Double($0))]) }
    let plot = Plot(title: "many", x: PlotAxis("x"), y: PlotAxis("y"), series: many)
    let drawing = PlotSheet(title: "t", plots: [plot, plot]).file
    let height = try #require(number(after: " height=\"", in: drawing))
    let places = drawing.components(separatedBy: " y=\"").dropFirst().compactMap {
      Double($0.prefix { $0 != "\"" })
    }
    #expect(places.count > 40)
    #expect(places.allSatisfy { $0 > 0 && $0 < height })
  }

  private func number(after text: String, in drawing: String) -> Double? {
    drawing.components(separatedBy: text).dropFirst().first.flatMap {
      Double($0.prefix { $0 != "\"" })
    }
  }
}
