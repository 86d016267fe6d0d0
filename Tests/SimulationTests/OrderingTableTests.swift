// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Plotting
import Publisher
import Testing

@testable import Simulation

/// Sizes in kibibytes, pieces of 16 KiB. By name a 10, b 30, c 20, d 8, e 100; wanted are b and d.
@Suite("The table of orders")
struct OrderingTableTests {
  private static func archive() throws -> [PackageFile] {
    let kibi: UInt64 = 1 << 10
    return [
      try file("e1", 100 * kibi, priority: "optional"),
      try file("a1", 10 * kibi, priority: "standard"),
      try file("b1", 30 * kibi, section: "admin", priority: "required"),
      try file("c1", 20 * kibi, section: "net", priority: "required"),
      try file("d1", 8 * kibi, section: "admin", priority: "required"),
    ]
  }

  private func table(_ list: String = "b1\nd1\n", _ popular: String? = nil) throws -> OrderingTable
  {
    try OrderingTable(
      files: try Self.archive(), installed: try installed(list), pieceSizes: [.leaf],
      popularity: try popular.map { try popularity($0) })
  }

  private func row(_ table: OrderingTable, _ order: String) throws -> (UInt64, UInt64, Double) {
    let row = try #require(table.row(16 << 10, order))
    return (row.pieces, row.wastedBytes >> 10, row.waste)
  }

  @Test("says what is wanted of what")
  func sums() throws {
    let table = try table("b1\nd1\nnothing\n")
    #expect(table.files == 5)
    #expect(table.bytes == 168 << 10)
    #expect(table.wantedFiles == 2)
    #expect(table.wantedBytes == 38 << 10)
    #expect(table.listed == 3)
    #expect(table.missing == ["nothing"])
  }

  @Test("counts pieces and waste in each order")
  func orders() throws {
    let table = try table("b1\nd1\n", "1 e1 3\n2 d1 2\n3 b1 1\n")
    // a 0-10, b 10-40: pieces 0-2; c 40-60, d 60-68: pieces 3 and 4. 80 of 38.
    #expect(try row(table, "name") == (5, 42, 4200.0 / 38))
    // b 0-30: 0 and 1; c 30-50, d 50-58: 3. 48.
    #expect(try row(table, "priority") == (3, 10, 1000.0 / 38))
    // b and d in admin: b 0-30, d 30-38: 0 to 2. 48.
    #expect(try row(table, "section") == (3, 10, 1000.0 / 38))
    // e 0-100, d 100-108: 6; b 108-138: 6 to 8. 48.
    #expect(try row(table, "popularity") == (3, 10, 1000.0 / 38))
    #expect(try row(table, "aligned") == (3, 0, 0))
  }

  @Test("leaves the order by popularity out without a list")
  func withoutPopularity() throws {
    #expect(
      try table().orders == ["path", "name", "priority", "section", "source", "aligned"])
  }

  @Test("takes each path once, and no empty file")
  func once() throws {
    let files = try Self.archive()
    let table = try OrderingTable(
      files: files + files + [try file("f1", 0)], installed: try installed("b1\nd1\nf1"),
      pieceSizes: [.leaf], popularity: nil)
    #expect(table.files == 5)
    #expect(table.missing == ["f1"])
    #expect(try row(table, "name").0 == 5)
  }

  @Test("of aligned pieces doubles the size for large files, as torrents do")
  func large() throws {
    let files = [try file("a1", 2049 * 16 << 10)]
    let table = try OrderingTable(
      files: files, installed: try installed("a1"), pieceSizes: [.leaf], popularity: nil)
    #expect(try row(table, "aligned").0 == 1025)
    #expect(try row(table, "name").0 == 2049)
  }

  @Test("refuses a list none of which is there")
  func nothing() throws {
    #expect(try failure { try table("x1\ny1\n") }?.code == .data)
  }

  @Test("draws a line for each order")
  func sheet() throws {
    let sheet = try table().sheet
    #expect(sheet.plots.count == 2)
    #expect(sheet.plots.allSatisfy { $0.series.count == 6 })
  }
}
