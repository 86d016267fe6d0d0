// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Testing

@testable import Publisher

@Suite("The table of piece sizes")
struct PieceSizeTableTests {
  /// Three files of 100, 40,000 and 1,000,000 bytes, one of them listed twice, and an empty one.
  private func table() async throws -> (PieceSizeTable, indexBytes: Int) {
    let suite = try TestSuite()
    let stanzas = try [
      packagesStanza("a", size: 100), packagesStanza("b", size: 40_000),
      packagesStanza("c", size: 1_000_000), packagesStanza("d", size: 0),
    ]
    let amd64 = Array(stanzas.joined(separator: "\n").utf8)
    let arm64 = Array(stanzas[1].utf8)
    try suite.publish([
      "main/binary-amd64/Packages": amd64, "main/binary-arm64/Packages": arm64,
      "main/i18n/Translation-en": [UInt8](repeating: 0x41, count: 5000),
    ])
    var settings = SuiteSettings()
    settings.allowUnsigned = true
    let reader = try await SuiteReader(
      suite: "tester", root: suite.root, settings: settings, now: ArchiveDate(seconds: 0))
    return (try PieceSizeTable(reader), amd64.count + arm64.count)
  }

  @Test("counts each content once")
  func counts() async throws {
    let (table, _) = try await table()
    #expect(table.files == 3)
    #expect(table.bytes == 1_040_100)
    #expect(table.rows.map(\.pieceSize) == (15...22).map { 1 << $0 })
  }

  @Test("has at 32 KiB what was reckoned by hand")
  func small() async throws {
    let (table, indexBytes) = try await table()
    let row = table.rows[0]
    // 1, 2 and 31 pieces.
    #expect(row.pieces == 34)
    #expect(row.bitfieldBytes == 5)
    #expect(row.onePiece == 100.0 / 3)
    #expect(row.upToEightPieces == 100.0 / 3)
    #expect(row.morePieces == 100.0 / 3)
    // Laid end to end they begin at 0, 100 and 40,100 and touch 1, 2 and 31 pieces.
    let touched: Double = 34 * 32768
    #expect(row.unalignedWaste == touched * 100 / 1_040_100 - 100)
    // Root 78 each; numbers "0", "1-2", "3-33": 17 + 19 + 20; Piece-Size and the head of the list
    // 33, two times; lines of 72 bytes, one and 30, and the last ones of 71 and 72.
    let bytes = [3 * 78, 17 + 19 + 20, 2 * 33, 31 * 72, 71 + 72].reduce(0, +)
    #expect(row.growth == Double(bytes) * 100 / Double(indexBytes))
  }

  @Test("has at 512 KiB what was reckoned by hand")
  func large() async throws {
    let (table, indexBytes) = try await table()
    let row = table.rows[4]
    #expect(row.pieceSize == 524_288)
    #expect(row.pieces == 4)
    #expect(row.bitfieldBytes == 1)
    #expect(row.onePiece == 200.0 / 3)
    #expect(row.upToEightPieces == 100.0 / 3)
    #expect(row.morePieces == 0)
    let touched: Double = 4 * 524_288
    #expect(row.unalignedWaste == touched * 100 / 1_040_100 - 100)
    let bytes = [3 * 78, 17 + 17 + 19, 34, 2 * 73].reduce(0, +)
    #expect(row.growth == Double(bytes) * 100 / Double(indexBytes))
  }

  @Test("of an empty suite has no shares")
  func empty() async throws {
    let suite = try TestSuite()
    try suite.publish(["main/binary-amd64/Packages": []])
    var settings = SuiteSettings()
    settings.allowUnsigned = true
    let reader = try await SuiteReader(
      suite: "tester", root: suite.root, settings: settings, now: ArchiveDate(seconds: 0))
    let table = try PieceSizeTable(reader)
    #expect(table.files == 0)
    #expect(table.rows.allSatisfy { $0.onePiece == 0 && $0.unalignedWaste == 0 && $0.growth == 0 })
  }
}
