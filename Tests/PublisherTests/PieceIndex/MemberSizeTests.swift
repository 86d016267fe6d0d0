// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import Ledger
import Testing

@testable import Publisher

@Suite("The size of a member that nobody publishes")
struct MemberSizeTests {
  private func member(_ contents: [MemberSize.Content]) throws -> MemberSize {
    var generator = SeededGenerator(seed: 1)
    return try MemberSize(of: contents, retired: [], numbering: Numbering(), using: &generator)
  }

  private func made(_ name: String, _ range: PieceNumberRange) throws -> MemberSize.Content {
    MemberSize.Content(
      path: try ArchivePath("pool/\(name)"),
      id: try content(name, size: UInt64(range.count) * PieceSize.leaf.rawValue),
      numbers: range, pieceSize: .leaf)
  }

  @Test("is that of its stanzas, with the run's")
  func stanzas() throws {
    let whole = try member([made("a", numbers(0)), made("b", numbers(1, 3))])
    #expect(whole.stanzas.count == 2)
    #expect(whole.plain == (try member([])).plain + whole.stanzas.reduce(0, +))
    // A line "hash 16384" for each of three pieces, and the two fields' own.
    #expect(whole.stanzas[1] - whole.stanzas[0] == 3 * 72 + 15 + 18 + 2)
  }

  @Test("is compressed by about the half, for hashes do not compress further")
  func compressed() throws {
    let whole = try member((0..<200).map { try made("\($0)", numbers($0 * 4, 4)) })
    #expect((0.4...0.65).contains(Double(whole.compressed) / Double(whole.plain)))
  }
}
