// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel
internal import Foundation
internal import GRDB

/// A ledger as text, a record a line, in an order that depends on its content alone: all that
/// published files determine, and nothing that they do not.
///
/// Left out is what only a read of the pool tells (SHA-1 pieces, piece layers, staleness keys,
/// contents that were never told of), what names the machine (archives, outputs), and how long
/// by-hash names have been unlisted.
package struct LedgerDump: Hashable, Sendable {
  package let lines: [String]

  /// Where two dumps begin to differ: a line of each, nil where one has ended.
  package func firstDifference(from other: LedgerDump) -> (mine: String?, other: String?)? {
    guard lines != other.lines else { return nil }
    let common = zip(lines, other.lines).prefix { $0 == $1 }.count
    return (
      common < lines.count ? lines[common] : nil,
      common < other.lines.count ? other.lines[common] : nil
    )
  }
}

extension Ledger {
  /// Describes everything that published files determine.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package func dump() throws(ArchiveError) -> LedgerDump {
    try read { database in
      var lines: [String] = []
      for (name, query) in Self.dumped {
        let rows = try Row.fetchCursor(database, sql: query)
        while let row = try rows.next() {
          lines.append(try row.databaseValues.reduce(name) { "\($0) \(try Self.text($1))" })
        }
      }
      return LedgerDump(lines: lines)
    }
  }

  /// A value as text without blanks; a long one by its digest.
  private static func text(_ value: DatabaseValue) throws -> String {
    switch value.storage {
    case .null: "-"
    case .int64(let number): String(number)
    case .double(let number): String(number)
    case .string(let text): text.isEmpty ? "''" : text.replacing(" ", with: "%20")
    case .blob(let bytes):
      bytes.count <= 32
        ? Hex.string([UInt8](bytes)) + "." : try SHA256Digest.hashing([UInt8](bytes)).description
    }
  }

  private static let dumped = [
    ("publisher", "SELECT value FROM setting WHERE name = 'publisher'"),
    (
      "suite",
      """
      SELECT origin, name, release_date, follows FROM suite
      WHERE id IN (SELECT suite FROM torrent) ORDER BY origin, name
      """
    ),
    (
      "torrent",
      """
      SELECT torrent_id, name, architecture, generation, base, created, floor, next, live,
        superseded, header
      FROM torrent JOIN suite ON suite.id = torrent.suite ORDER BY torrent_id
      """
    ),
    (
      "content",
      """
      SELECT sha256, size, root, first_release FROM content WHERE first_release IS NOT NULL
      ORDER BY sha256
      """
    ),
    (
      "pieces",
      """
      SELECT content.sha256, piece_size, pieces.sha256
      FROM pieces JOIN content ON content.id = pieces.content
      WHERE content.first_release IS NOT NULL ORDER BY content.sha256, pieces.rowid
      """
    ),
    (
      "number",
      """
      SELECT torrent_id, first, count, retired, sha256
      FROM number JOIN torrent ON torrent.id = number.torrent
      JOIN content ON content.id = number.content ORDER BY torrent_id, first
      """
    ),
    (
      "described",
      """
      SELECT name, piece_index.path, described.path, described.sha256, described.size
      FROM described JOIN piece_index ON piece_index.id = described.piece_index
      JOIN suite ON suite.id = piece_index.suite
      ORDER BY origin, name, piece_index.path, described.path
      """
    ),
    (
      "told",
      """
      SELECT name, path, torrent_id, sha256
      FROM told JOIN piece_index ON piece_index.id = told.piece_index
      JOIN suite ON suite.id = piece_index.suite JOIN torrent ON torrent.id = told.torrent
      JOIN content ON content.id = told.content
      ORDER BY origin, name, path, torrent_id, sha256
      """
    ),
    (
      "member",
      """
      SELECT name, path, sequence, bytes
      FROM member JOIN piece_index ON piece_index.id = member.piece_index
      JOIN suite ON suite.id = piece_index.suite ORDER BY origin, name, path, sequence
      """
    ),
    (
      "by-hash",
      """
      SELECT name, path FROM by_hash JOIN suite ON suite.id = by_hash.suite
      ORDER BY origin, name, path
      """
    ),
  ]
}
