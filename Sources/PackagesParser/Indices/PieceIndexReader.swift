// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
package import ArchiveModel

/// Reads a piece index (docs/formats.md section 8.3), one stanza in view at a time.
///
/// What stands where is checked: a header stanza gives the id that the run stanza behind it names,
/// and contents and retirements belong to a run.
package final class PieceIndexReader {
  /// What the stanza in view is.
  package enum Element: Hashable, Sendable {
    /// A generation begins: the id that this header stanza gives.
    case header(TorrentID)
    /// A run's additions to a torrent follow.
    case run(TorrentID)
    /// A content, which `filename` and `pieces` tell of.
    case content(ContentID)
    /// Numbers that are nobody's any longer.
    case retired([PieceNumberRange])
  }

  private static let fields = FieldTable([
    "Publisher", "Release-Date", "Torrent", "Filename", "Size", "SHA256", "Retired",
    PieceFields.numbers, PieceFields.size, PieceFields.root, PieceFields.hashes, "Describes",
    "Indices", "Contents", "Retired-Pieces", "Floor", "Next-Piece",
  ])

  private let reader: StanzaReader
  /// Of the header stanza that was read last, until a run stanza follows it.
  private var headerID: TorrentID?
  private var isInRun = false

  /// Reads `source`, which is the decompressed text.
  package init(_ source: any ByteSource, limits: ParserLimits = ParserLimits()) {
    reader = StanzaReader(source, table: Self.fields, limits: limits)
  }

  /// Brings the next stanza into view; nil at the end.
  ///
  /// - Throws: `ArchiveError` with the place of what is malformed or out of order, and what
  ///   the source throws.
  package func next() throws(ArchiveError) -> Element? {
    guard try reader.next() else {
      guard headerID == nil else { throw reader.error("a header stanza has no run behind it") }
      return nil
    }
    if reader.value(1) != nil { return .run(try beginRun()) }
    guard headerID == nil else { throw reader.error("a header stanza has no run behind it") }
    if reader.value(0) != nil {
      let id = TorrentID(headerDigest: try SHA256Digest.hashing(reader.stanza))
      headerID = id
      return .header(id)
    }
    guard isInRun else { throw reader.error("a stanza stands before the first run's") }
    if reader.value(3) != nil { return .content(try content()) }
    if let ranges = reader.value(6) { return .retired(try numbers(ranges)) }
    throw reader.error("this is no stanza of a piece index")
  }

  /// All bytes of the stanza in view; valid until `next` is called.
  package var stanza: UnsafeRawBufferPointer { reader.stanza }

  /// An error at the stanza in view.
  package func error(_ reason: String) -> ArchiveError { reader.error(reason) }

  private func beginRun() throws(ArchiveError) -> TorrentID {
    guard let text = reader.value(2), let id = TorrentID(hex: String(field: text)) else {
      throw reader.error("Torrent is no 40 hexadecimal digits", at: 2)
    }
    if let headerID, headerID != id {
      throw reader.error("the torrent's header before this stanza gives the id \(headerID)", at: 2)
    }
    headerID = nil
    isInRun = true
    return id
  }

  private func content() throws(ArchiveError) -> ContentID {
    guard let hash = reader.value(5).flatMap({ SHA256Digest(hex: $0) }),
      let size = reader.value(4).flatMap({ decimal($0) })
    else { throw reader.error("SHA256 or Size is missing or malformed", at: 5) }
    return ContentID(sha256: hash, size: ByteCount(size))
  }

  private func numbers(
    _ text: UnsafeRawBufferPointer
  ) throws(ArchiveError) -> [PieceNumberRange] {
    var ranges: [PieceNumberRange] = []
    for word in Words(text) {
      guard let range = PieceNumberRange(field: word) else {
        throw reader.error("'\(String(field: word))' is no range of numbers", at: 6)
      }
      ranges.append(range)
    }
    return ranges
  }
}

extension PieceIndexReader {
  /// The Filename of the content in view.
  ///
  /// - Throws: `ArchiveError` when it leads out of the archive.
  package func filename() throws(ArchiveError) -> ArchivePath {
    guard let path = reader.value(3).flatMap({ try? ArchivePath(bytes: $0) }) else {
      throw reader.error("Filename is no path within the archive", at: 3)
    }
    return path
  }

  /// The pieces of `content`, which is in view; nil where its fields contradict it or each other.
  package func pieces(of content: ContentID) -> PublishedPieces? {
    PublishedPieces(
      PieceFieldValues(
        numbers: reader.value(7), size: reader.value(8), root: reader.value(9),
        hashes: reader.value(10)),
      of: content)
  }

  /// The run stanza in view, whole.
  ///
  /// - Throws: `ArchiveError` with the place of a field that is missing or malformed.
  package func run() throws(ArchiveError) -> PieceIndexRun {
    guard let torrent = reader.value(2).flatMap({ TorrentID(hex: String(field: $0)) }),
      let date = reader.value(1).flatMap({ ArchiveDate(rfc3339: String(field: $0)) })
    else { throw reader.error("Release-Date is no date", at: 1) }
    let describes = reader.value(11).map { String(field: $0) }
    guard describes == "upstream" || describes == "extended" else {
      throw reader.error("Describes is neither 'upstream' nor 'extended'", at: 11)
    }
    let floor = try count(15), next = try count(16)
    guard floor <= next else { throw reader.error("Floor is beyond Next-Piece", at: 15) }
    return PieceIndexRun(
      torrent: torrent, releaseDate: date, describesExtended: describes == "extended",
      described: try described(), contents: try count(13), retiredPieces: try count(14),
      floor: PieceNumber(floor), next: PieceNumber(next))
  }

  private func count(_ position: Int) throws(ArchiveError) -> UInt32 {
    guard let number = reader.value(position).flatMap({ decimal($0) }),
      let count = UInt32(exactly: number)
    else { throw reader.error("\(Self.fields.names[position]) is no number", at: position) }
    return count
  }

  private func described() throws(ArchiveError) -> [PieceIndexRun.Described] {
    var described: [PieceIndexRun.Described] = []
    guard let text = reader.value(12) else { return [] }
    var words = Words(text)
    while let hash = words.next() {
      guard let digest = SHA256Digest(hex: hash),
        let size = words.next().flatMap({ decimal($0) }), let path = words.next()
      else { throw reader.error("Indices has an entry that is no hash, size and path", at: 12) }
      described.append(
        PieceIndexRun.Described(
          path: String(field: path), content: ContentID(sha256: digest, size: ByteCount(size))))
    }
    return described
  }
}
