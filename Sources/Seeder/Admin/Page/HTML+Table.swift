// SPDX-License-Identifier: Apache-2.0

extension HTML {
  /// A column of a table: its head, and whether it holds numbers.
  struct Column {
    let name: String
    let isNumber: Bool

    static func text(_ name: String) -> Column { Column(name: name, isNumber: false) }
    static func number(_ name: String) -> Column { Column(name: name, isNumber: true) }
  }

  /// What stands in a cell.
  enum Cell {
    case text(String)
    /// A name that programs know.
    case code(String)
    /// A moment; nil for never.
    case time(String?)
    /// Anything.
    case content((inout HTML) -> Void)
  }

  /// A table that scrolls by itself where the screen is narrow; the first cell of a row is its head.
  ///
  /// - Parameters:
  ///   - id: names the table in the page.
  ///   - caption: what it shows.
  ///   - columns: its columns.
  ///   - rows: its rows, with a cell for each column.
  ///   - empty: what is said where there are no rows.
  ///   - isNarrow: whether it takes no more than half of a wide screen.
  mutating func table(
    _ id: String, _ caption: String, _ columns: [Column], _ rows: [[Cell]], empty: String,
    isNarrow: Bool = false
  ) {
    guard !rows.isEmpty else { return element("p", ["class": "card"], empty) }
    element(
      "div",
      [
        "class": isNarrow ? "table figures" : "table", "role": "region", "tabindex": "0",
        "aria-labelledby": id,
      ]
    ) { html in
      html.element("table") { html in
        html.element("caption", ["id": id], caption)
        html.element("thead") { html in
          html.element("tr") { html in
            for column in columns {
              html.element(
                "th", ["scope": "col", "class": column.isNumber ? "n" : ""], column.name)
            }
          }
        }
        html.element("tbody") { html in for row in rows { html.row(row, columns) } }
      }
    }
  }

  private mutating func row(_ cells: [Cell], _ columns: [Column]) {
    element("tr") { html in
      for (index, (cell, column)) in zip(cells, columns).enumerated() {
        if index == 0 {
          html.element("th", ["scope": "row"]) { $0.write(cell) }
        } else {
          html.element("td", ["class": column.isNumber ? "n" : ""]) { $0.write(cell) }
        }
      }
    }
  }

  private mutating func write(_ cell: Cell) {
    switch cell {
    case .text(let text): append(text)
    case .code(let name): element("code", name)
    case .time(let time): self.time(time)
    case .content(let write): write(&self)
    }
  }
}
