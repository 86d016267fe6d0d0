// SPDX-License-Identifier: Apache-2.0

/// Tables on a terminal.
enum TextTable {
  /// `rows` of equally many cells as lines, each column as wide as its widest cell and set to the right.
  static func text(_ rows: [[String]]) -> String {
    let widths = (rows.first ?? []).indices.map { column in
      rows.map { $0[column].count }.max() ?? 0
    }
    return rows.map { row in
      zip(row, widths).map { text, width in
        String(repeating: " ", count: width - text.count) + text
      }.joined(separator: "  ")
    }.joined(separator: "\n")
  }
}
