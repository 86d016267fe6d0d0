// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Ledger
package import TorrentMetadata

/// One file of the archive, described by standard objects from the ledger alone.
///
/// The same file and addresses give the same bytes for ever: `creation date` is that of the Release
/// under which the content was first numbered.
package struct SingleFile: Hashable, Sendable {
  /// Below the archive root.
  package let path: ArchivePath
  package let stored: StoredContent

  package init(path: ArchivePath, stored: StoredContent) {
    self.path = path
    self.stored = stored
  }

  /// The program that made an object; no version, because another version makes the same.
  package static let creator = "archive-tool"

  /// A torrent of the file under its own name.
  ///
  /// - Throws: `ArchiveError` for an empty file, and when the ledger lacks the digests of `form`.
  package func torrent(
    _ form: TorrentForm, _ addresses: ObjectAddresses
  ) throws(ArchiveError) -> Metainfo {
    var draft = try draft(form)
    draft.trackers = addresses.trackers
    draft.webSeeds = addresses.webSeeds.map { webSeed(below: $0, form) }
    draft.creationDate = stored.firstRelease
    draft.createdBy = Self.creator
    let torrent = try draft.metainfo()
    guard torrent.info.contentSize == stored.content.size, torrent.info.pieces == draft.pieces,
      torrent.info.contentFiles.map(\.root) == [form.hasV2 ? stored.digests.root : nil]
    else {
      throw ArchiveError(.software, "the torrent of \(path) does not say what the ledger does")
    }
    return torrent
  }

  /// The file's address, or its directory's, to which clients add the name (BEP 19): libtorrent adds
  /// it to any address in a v2 torrent.
  private func webSeed(below root: AbsoluteURL, _ form: TorrentForm) -> AbsoluteURL {
    guard form == .v2 else { return root.appending(path) }
    let parent = path.string.utf8.dropLast(path.name.utf8.count + 1)
    return (try? ArchivePath(String(parent) ?? "")).map { root.appending($0).directory }
      ?? root.directory
  }

  /// What peers and trackers know the file's torrents by: each form has its own.
  ///
  /// - Throws: as `torrent`.
  package func wireHashes(_ form: TorrentForm) throws(ArchiveError) -> [InfoHash] {
    try draft(form).wireHashes()
  }

  /// The info dictionary, byte for byte: what peers give for a magnet link (BEP 9).
  ///
  /// - Throws: as `torrent`.
  package func info(_ form: TorrentForm) throws(ArchiveError) -> [UInt8] {
    try draft(form).infoDictionary()
  }

  /// The forms for which the ledger has the digests.
  package var forms: [TorrentForm] {
    guard stored.content.size > .zero else { return [] }
    let hasV1 = !stored.digests.sha1Pieces.isEmpty
    let hasV2 = stored.digests.root != .zero && hasLayer
    return TorrentForm.allCases.filter { (hasV1 || !$0.hasV1) && (hasV2 || !$0.hasV2) }
  }

  /// A rebuilt ledger has the root, which was published, and not the layer, until the file is read.
  private var hasLayer: Bool {
    stored.content.size.rawValue <= stored.digests.pieceSize.rawValue
      || !stored.digests.layer.isEmpty
  }

  private func draft(_ form: TorrentForm) throws(ArchiveError) -> TorrentDraft {
    if stored.content.size > .zero, !forms.contains(form) { throw lacking(form) }
    return try TorrentDraft(
      form, name: path.name, size: stored.content.size, pieceSize: stored.digests.pieceSize,
      root: stored.digests.root, layer: stored.digests.layer,
      pieces: form.hasV1 ? stored.digests.sha1Pieces : [])
  }

  /// Says that a run left out the digests of `form`.
  func lacking(_ form: TorrentForm) -> ArchiveError {
    let isV1 = form.hasV1 && stored.digests.sha1Pieces.isEmpty
    let (what, name) = isV1 ? ("SHA-1 pieces", "sha1") : ("hash tree", "btmh")
    return ArchiveError(
      .data, "\(path): its \(what) was not computed, which a \(form.rawValue) torrent needs",
      advice:
        "add \(name) to Hashes; it holds for files that are read from then on, as all are by the "
        + "first run of archive-tool hash with a rebuilt ledger")
  }
}
