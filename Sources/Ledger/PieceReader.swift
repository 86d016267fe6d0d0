// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import GRDB

/// The piece hashes of one content, as an index lists them.
package struct PieceList: Hashable, Sendable {
  package let pieceSize: PieceSize
  /// 32 bytes a piece.
  package let sha256: [UInt8]
  /// 20 bytes a piece.
  package let sha1: [UInt8]

  package init(pieceSize: PieceSize, sha256: [UInt8], sha1: [UInt8]) {
    self.pieceSize = pieceSize
    self.sha256 = sha256
    self.sha1 = sha1
  }
}

/// Looks up piece hashes within one snapshot: a transaction for each look-up would cost more than
/// the look-up.
package struct PieceReader {
  private let statement: Statement

  fileprivate init(_ database: Database) throws {
    statement = try database.cachedStatement(
      sql: "SELECT sha256, sha1 FROM pieces WHERE content = ? AND piece_size = ?")
  }

  /// The pieces of a content at `pieceSize`.
  ///
  /// - Throws: `ArchiveError` (EX_DATAERR) when the ledger does not have them.
  package func pieces(of content: RowID, pieceSize: PieceSize) throws -> PieceList {
    let row = try Row.fetchOne(statement, arguments: [content, Int64(pieceSize.rawValue)])
    guard let row else {
      throw ArchiveError(
        .data, "the ledger is damaged: it has numbers but no pieces of content \(content)")
    }
    return PieceList(pieceSize: pieceSize, sha256: row.bytes(0), sha1: row.bytes(1))
  }
}

extension Ledger {
  /// Calls `body` with a reader that is good until it returns.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read, and what `body` throws.
  package func withPieces<T>(_ body: (PieceReader) throws -> T) throws(ArchiveError) -> T {
    try read { try body(PieceReader($0)) }
  }
}
