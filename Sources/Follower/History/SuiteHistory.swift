// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import PackagesParser

/// All that the piece indices of one suite have ever told, run by run, in the end as it is now.
///
/// What contradicts Release, another file or itself is refused with its place.
struct SuiteHistory {
  /// A generation of which a header was read.
  struct Torrent {
    let header: HeaderStanza
    /// Where the header stands.
    let place: ArchiveError.Place?
    /// As the runs left it.
    var floor = PieceNumber(0)
    var next = PieceNumber(0)
    var numbers = NumberTable()
  }

  let release: ReleaseFile
  /// What Release lists.
  let listed: [TorrentID: ReleasedTorrent]
  var torrents: [TorrentID: Torrent] = [:]
  var contents: [PublishedSuite.Content] = []
  var pieces: [PublishedSuite.Pieces] = []
  var indices: [PublishedSuite.Index] = []
  private var positions: [ContentID: Int] = [:]
  private var piecePositions: [PieceKey: Int] = [:]

  private struct PieceKey: Hashable {
    let content: Int
    let size: PieceSize
  }

  /// Begins with what `release` lists.
  ///
  /// - Throws: `ArchiveError` with the place of the field Torrents when it is malformed.
  init(_ release: ReleaseFile) throws(ArchiveError) {
    self.release = release
    listed = Dictionary(try release.torrents().map { ($0.id, $0) }) { $1 }
  }

  /// Reads a piece index to its end.
  ///
  /// - Parameters:
  ///   - file: the file, checked against Release while it is read.
  ///   - path: relative to the suite, uncompressed.
  ///   - content: of the file as it lies on disk.
  ///   - members: hands its gzip members over.
  /// - Throws: `ArchiveError` with the place of a contradiction.
  mutating func read(
    _ file: VerifiedFile, path: String, content: ContentID,
    members: @escaping PublishedSuite.Members
  ) throws(ArchiveError) {
    guard let location = IndexLocation(pieceIndexPath: path) else {
      throw ArchiveError(
        .data, "'\(path)' is no name of a piece index", at: release.stanza.place(of: "SHA256"))
    }
    var reading = IndexReading(PieceIndexReader(file), architecture: location.architecture)
    try reading.run(&self)
    indices.append(
      PublishedSuite.Index(
        path: path, file: content, described: reading.described,
        told: reading.told.mapValues(\.told), members: members))
  }

  /// The position of a content, added when it is new.
  mutating func position(of id: ContentID, date: ArchiveDate) -> Int {
    if let position = positions[id] {
      contents[position].firstRelease = min(contents[position].firstRelease, date)
      return position
    }
    positions[id] = contents.count
    contents.append(PublishedSuite.Content(id: id, root: .zero, firstRelease: date))
    return contents.count - 1
  }

  /// Takes what is told of a content's pieces; false where something else was told before.
  mutating func take(
    _ told: PublishedPieces, of content: Int, size: PieceSize, date: ArchiveDate
  ) -> Bool {
    if let root = told.root {
      guard [.zero, root].contains(contents[content].root) else { return false }
      contents[content].root = root
    }
    let sha256 = (told.hashes ?? []).flatMap(\.bytes)
    let key = PieceKey(content: content, size: size)
    if let position = piecePositions[key] {
      if !sha256.isEmpty, !pieces[position].sha256.isEmpty, pieces[position].sha256 != sha256 {
        return false
      }
      guard sha256.isEmpty || date < pieces[position].date || pieces[position].sha256.isEmpty
      else { return true }
      pieces[position] = PublishedSuite.Pieces(
        content: content, size: size, sha256: sha256, date: min(date, pieces[position].date))
      return true
    }
    piecePositions[key] = pieces.count
    pieces.append(
      PublishedSuite.Pieces(content: content, size: size, sha256: sha256, date: date))
    return true
  }
}
