// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel
internal import Ledger
package import TorrentMetadata

/// Several files of the archive, described by one torrent.
///
/// The torrent is called by the first component of the paths, so that the archive's root is a web
/// seed as it is.
package struct FileSet {
  /// The most that a set holds unless its maker says otherwise: clients of no great care take it.
  package struct Limits: Hashable, Sendable {
    package var files = 64
    package var bytes: UInt64 = 4 << 30

    package init() {}
  }

  package let form: TorrentForm
  package let isPadded: Bool
  /// In the torrent's order.
  package let files: [SingleFile]
  private let draft: TorrentDraft

  /// Puts `files` together, each path once.
  ///
  /// - Parameters:
  ///   - files: all below one directory.
  ///   - form: of the torrent.
  ///   - isPadded: aligns files to pieces (BEP 47), so that their pieces are the same in the next
  ///     set; a hybrid always is.
  ///   - pieceSize: wanted for v1; v2 takes the smallest for which the ledger has all layers.
  ///   - limits: how much a set may hold.
  /// - Throws: `ArchiveError` when there are too many, or none with a byte, or the ledger lacks
  ///   digests.
  package init(
    _ files: [SingleFile], form: TorrentForm, isPadded: Bool = false,
    pieceSize: PieceSize = .defaultBase, limits: Limits = Limits()
  ) throws(ArchiveError) {
    let byPath = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
    try Self.check(byPath, limits)
    for file in byPath.values where file.stored.content.size > .zero {
      guard file.forms.contains(form) else { throw file.lacking(form) }
    }
    let unordered = byPath.keys.sorted().compactMap { byPath[$0] }
    let size =
      form.hasV2
      ? max(
        pieceSize,
        TorrentLayout.commonPieceSize(of: unordered.map(\.stored.digests.pieceSize)) ?? pieceSize)
      : pieceSize
    let paths = try SetPaths(unordered.map(\.path))
    var layers = try PieceLayer()
    var entries: [TorrentDraft.File] = []
    for (path, file) in zip(paths.paths, unordered) {
      entries.append(try Self.entry(path, file, form, size, &layers))
    }
    draft = try TorrentDraft(
      form, set: paths.name, files: entries, pieceSize: size, isPadded: isPadded)
    self.form = form
    self.isPadded = isPadded || form == .hybrid
    let ordered = Dictionary(uniqueKeysWithValues: zip(paths.paths, unordered))
    self.files = draft.files.compactMap { ordered[$0.path] }
  }

  private static func check(
    _ files: [ArchivePath: SingleFile], _ limits: Limits
  ) throws(ArchiveError) {
    let bytes = files.values.reduce(0) { $0 + $1.stored.content.size.rawValue }
    guard files.count <= limits.files else {
      throw ArchiveError(
        .usage, "\(files.count) files, of which a set takes \(limits.files)",
        advice: "choose fewer, or raise --max-files")
    }
    guard bytes <= limits.bytes else {
      throw ArchiveError(
        .usage, "\(bytes) bytes, of which a set takes \(limits.bytes)",
        advice: "choose fewer, or raise --max-size")
    }
  }

  private static func entry(
    _ path: ArchivePath, _ file: SingleFile, _ form: TorrentForm, _ size: PieceSize,
    _ layers: inout PieceLayer
  ) throws(ArchiveError) -> TorrentDraft.File {
    let digests = file.stored.digests
    guard form.hasV2, file.stored.content.size > .zero else {
      return TorrentDraft.File(path: path, size: file.stored.content.size)
    }
    guard let layer = layers.raised(digests.layer, from: digests.pieceSize, to: size) else {
      throw ArchiveError(.software, "\(file.path): no hash tree for pieces of \(size) bytes")
    }
    return TorrentDraft.File(
      path: path, size: file.stored.content.size, root: digests.root, layer: layer)
  }

  /// How many bytes of the pool the torrent needs read.
  package var bytesToRead: UInt64 {
    form.hasV1
      ? draft.layout.bytesToRead(stored: files.map(\.stored.digests.pieceSize)) : 0
  }

  /// The torrent of the set, every byte of the pool that it takes checked on the way.
  ///
  /// - Parameters:
  ///   - addresses: trackers and web seeds; a padded set takes only those that answer for padding.
  ///   - root: the archive, of which pieces over the borders of files are read.
  ///   - collection: names what the set and its successors have in common (BEP 38).
  ///   - predecessor: the set before, for clients that have its files already.
  /// - Returns: the torrent, read back.
  /// - Throws: `ArchiveError` when a file of the pool is missing or not what the ledger says.
  package func torrent(
    _ addresses: ObjectAddresses, root: ArchiveRoot, collection: String? = nil,
    predecessor: Metainfo? = nil
  ) throws(ArchiveError) -> Metainfo {
    var draft = draft
    if form.hasV1 {
      var pieces = try SetPieces(files: files, layout: draft.layout, root: root)
      draft.pieces = try pieces.digests()
    }
    draft.trackers = addresses.trackers
    draft.webSeeds = isPadded ? addresses.paddingSeeds : addresses.webSeeds
    draft.creationDate = files.map(\.stored.firstRelease).max()
    draft.createdBy = SingleFile.creator
    draft.collections = collection.map { [$0] } ?? []
    let own = try draft.wireHashes()
    draft.similar = predecessor?.info.wireHashes.filter { !own.contains($0) } ?? []
    let torrent = try draft.metainfo()
    guard torrent.info.contentFiles.map(\.path) == draft.files.map(\.path),
      torrent.info.contentFiles.map(\.size) == draft.files.map(\.size),
      torrent.info.pieces == draft.pieces
    else { throw ArchiveError(.software, "the torrent does not say what the set does") }
    return torrent
  }
}
