// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import PackagesParser

/// Reads a piece index (docs/formats.md section 8.3), keeping what is wanted of it.
struct PieceIndexReader {
  private static let fields = FieldTable([
    "Publisher", "Release-Date", "Torrent", "Filename", "Size", "SHA256", "Retired",
    PieceFields.numbers, PieceFields.size, PieceFields.root, PieceFields.hashes,
  ])

  private let torrent: TorrentID
  private let wanted: Set<ContentID>
  private var found: [ContentID: PublishedPieces] = [:]
  /// Of the header stanza that was read last, until a run stanza follows it.
  private var headerID: TorrentID?
  private var isInTorrent = false

  /// What `source` tells of `wanted` in `torrent`; nothing of those that have retired.
  ///
  /// - Throws: `ArchiveError` when the index is malformed or not what Release lists.
  static func pieces(
    of wanted: Set<ContentID>, in torrent: TorrentID, _ source: any ByteSource
  ) throws(ArchiveError) -> [ContentID: PublishedPieces] {
    var index = PieceIndexReader(torrent: torrent, wanted: wanted)
    let reader = StanzaReader(source, table: fields)
    while try reader.next() { try index.take(reader) }
    return index.found
  }

  private init(torrent: TorrentID, wanted: Set<ContentID>) {
    self.torrent = torrent
    self.wanted = wanted
  }

  private mutating func take(_ reader: StanzaReader) throws(ArchiveError) {
    if reader.value(1) != nil {
      try begin(reader)
    } else if reader.value(0) != nil {
      headerID = TorrentID(headerDigest: try SHA256Digest.hashing(reader.stanza))
    } else if !isInTorrent {
      return
    } else if reader.value(3) != nil {
      try takeContent(reader)
    } else if let ranges = reader.value(6) {
      try retire(ranges, reader)
    }
  }

  private mutating func begin(_ reader: StanzaReader) throws(ArchiveError) {
    guard let text = reader.value(2), let id = TorrentID(hex: String(field: text)) else {
      throw reader.error("Torrent is no 40 hexadecimal digits", at: 2)
    }
    if let headerID, headerID != id {
      throw reader.error("the torrent's header before this stanza gives the id \(headerID)", at: 2)
    }
    headerID = nil
    isInTorrent = id == torrent
  }

  private mutating func takeContent(_ reader: StanzaReader) throws(ArchiveError) {
    guard let hash = reader.value(5).flatMap({ SHA256Digest(hex: $0) }),
      let size = reader.value(4).flatMap({ decimal($0) })
    else { throw reader.error("SHA256 or Size is missing or malformed", at: 5) }
    let content = ContentID(sha256: hash, size: ByteCount(size))
    guard wanted.contains(content) else { return }
    found[content] = PublishedPieces(
      PieceFieldValues(
        numbers: reader.value(7), size: reader.value(8), root: reader.value(9),
        hashes: reader.value(10)),
      of: content)
  }

  private mutating func retire(
    _ text: UnsafeRawBufferPointer, _ reader: StanzaReader
  ) throws(ArchiveError) {
    for word in Words(text) {
      guard let range = PieceNumberRange(field: word) else {
        throw reader.error("'\(String(field: word))' is no range of numbers", at: 6)
      }
      // Few contents are looked for, so each is compared.
      found = found.filter { entry in
        guard let numbers = entry.value.numbers else { return true }
        return numbers.last < range.first || range.last < numbers.first
      }
    }
  }
}
