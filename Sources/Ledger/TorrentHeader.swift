// SPDX-License-Identifier: Apache-2.0

private import ArchiveFiles
package import ArchiveModel

/// What a numbered torrent is, written once when its generation is made and published verbatim.
///
/// The torrent's id is the first 20 bytes of SHA-256 over these bytes, so nothing that changes
/// later (a suite's name on release day) may be recomputed into it.
package struct TorrentHeader: Hashable, Sendable {
  package var publisher: PublisherID
  package var origin: String?
  package var label: String?
  package var suite: String?
  package var codename: String?
  package var architecture: String
  package var generation: Int
  /// Date of the generation's first Release.
  package var created: ArchiveDate
  package var pieceSize: PieceSize

  package init(
    publisher: PublisherID, origin: String?, label: String?, suite: String?, codename: String?,
    architecture: String, generation: Int, created: ArchiveDate, pieceSize: PieceSize
  ) {
    self.publisher = publisher
    self.origin = origin
    self.label = label
    self.suite = suite
    self.codename = codename
    self.architecture = architecture
    self.generation = generation
    self.created = created
    self.pieceSize = pieceSize
  }

  /// The stanza, without the empty line that ends it.
  package var stanza: [UInt8] {
    let fields: [(String, String?)] = [
      ("Publisher", publisher.description), ("Origin", origin), ("Label", label),
      ("Suite", suite), ("Codename", codename), ("Architecture", architecture),
      ("Generation", String(generation)), ("Created", created.description),
      ("Piece-Size", pieceSize.description),
    ]
    return fields.flatMap { name, value in value.map { Array("\(name): \($0)\n".utf8) } ?? [] }
  }

  /// The torrent id that a header stanza gives.
  ///
  /// - Throws: `ArchiveError` where libcrypto refuses SHA-256.
  package static func torrentID(of stanza: [UInt8]) throws(ArchiveError) -> TorrentID {
    TorrentID(headerDigest: try SHA256Digest.hashing(stanza))
  }
}
