// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import PackagesParser

/// What the ledger says of a suite's numbers, in memory for looking things up.
struct LedgerKnowledge {
  /// One generation.
  struct Torrent {
    let record: TorrentRecord
    /// A content that retired and came back may have several.
    var contents: [ContentID: [NumberedContent]] = [:]

    /// What the ledger has of `content` under `numbers`, or else under those that live.
    func find(_ content: ContentID, _ numbers: PieceNumberRange?) -> NumberedContent? {
      let rows = contents[content] ?? []
      return rows.first { $0.numbers == numbers } ?? rows.first { !$0.isRetired }
    }
  }

  /// The database, for messages.
  let path: String
  private(set) var torrents: [TorrentID: Torrent] = [:]

  init(_ records: [TorrentRecord], ledger: Ledger, state: String) throws(ArchiveError) {
    path = "\(state)/ledger.sqlite"
    for record in records {
      var torrent = Torrent(record: record)
      try ledger.forEachContent(of: record) { torrent.contents[$0.content, default: []].append($0) }
      torrents[record.id] = torrent
    }
  }

  /// Where the contents that a piece index tells of, and the ledger's, are not the same.
  ///
  /// - Parameters:
  ///   - table: what the piece index comes to for this generation.
  ///   - torrent: the same generation in the ledger.
  ///   - told: rows of the contents that the ledger notes as told of; nil where it has told of more
  ///     than was published.
  ///   - place: the piece index, for messages.
  ///   - ledger: for the hashes of pieces.
  /// - Returns: a finding for each content, at most 1000.
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  func compare(
    _ table: PieceIndexText.Table, _ torrent: Torrent, told: Set<RowID>?, place: String,
    ledger: Ledger
  ) throws(ArchiveError) -> [Finding] {
    try ledger.withPieces { reader in
      var findings: [Finding] = []
      var seen: Set<RowID> = []
      func note(_ problem: String) {
        if findings.count < 1000 { findings.append(Finding(.pieceIndex, place, problem)) }
      }
      for (content, pieces) in table.contents {
        guard let row = torrent.contents[content]?.first(where: { $0.numbers == pieces.numbers })
        else {
          let had = torrent.find(content, nil).map { "\($0.numbers)" } ?? "none"
          note(
            "\(content) has the numbers \(pieces.numbers.map(\.description) ?? "none"), the "
              + "ledger gave it \(had)")
          continue
        }
        seen.insert(row.row)
        if let problem = try Self.difference(pieces, row, reader) { note("\(content): \(problem)") }
      }
      // Of superseded generations the ledger keeps no such notes.
      if torrent.record.superseded == nil, let told {
        for row in told.subtracting(seen) { note("content \(row) of the ledger is not told of") }
        for row in seen.subtracting(told) {
          note("content \(row) of the ledger is told of, and noted as not")
        }
      }
      return findings
    }
  }

  private static func difference(
    _ pieces: PublishedPieces, _ row: NumberedContent, _ reader: PieceReader
  ) throws -> String? {
    if let root = pieces.root, row.root != .zero, root != row.root {
      return "Pieces-Root is \(root), the ledger's is \(row.root)"
    }
    guard let size = pieces.size, let hashes = pieces.hashes else { return nil }
    let stored = try reader.pieces(of: row.row, pieceSize: size).sha256
    guard !stored.isEmpty else { return nil }
    let told = hashes.flatMap(\.bytes)
    guard told != stored else { return nil }
    let first = zip(told, stored).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
    return "SHA256-Pieces and the ledger's differ from piece \(first / 32 + 1) on"
  }
}
