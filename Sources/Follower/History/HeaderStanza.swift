// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import PackagesParser

/// A torrent's header stanza as it was published (docs/formats.md section 3), and what it says.
struct HeaderStanza {
  /// Verbatim: the torrent id is a hash of these.
  let bytes: [UInt8]
  let publisher: PublisherID
  let origin: String?
  let codename: String?
  let suite: String?
  let architecture: String
  let generation: UInt32
  let created: ArchiveDate
  let base: PieceSize

  /// Reads a stanza; nil where a field is missing or malformed.
  init?(_ bytes: [UInt8], file: String) {
    guard let stanza = try? ControlStanza.parse(bytes, file: file, limit: 1).first,
      let publisher = stanza.text("Publisher").flatMap({ PublisherID(hex: $0) }),
      let architecture = stanza.text("Architecture"), !architecture.isEmpty,
      let generation = stanza.text("Generation").flatMap({ UInt32($0) }), generation > 0,
      let created = stanza.text("Created").flatMap({ ArchiveDate(rfc3339: $0) }),
      let base = stanza.text("Piece-Size").flatMap({ UInt64($0) })
        .flatMap({ PieceSize(rawValue: $0) }), PieceSize.allowedBases.contains(base)
    else { return nil }
    self.bytes = bytes
    self.publisher = publisher
    origin = stanza.text("Origin")
    codename = stanza.text("Codename")
    suite = stanza.text("Suite")
    self.architecture = architecture
    self.generation = generation
    self.created = created
    self.base = base
  }
}
