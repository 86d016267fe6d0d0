// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger
internal import StandardObjects
internal import TorrentMetadata

/// A standard torrent of one file while peers are connected that want it.
final class StandardTorrent: Sendable {
  let infoHash: InfoHash
  let content: ContentID
  let form: TorrentForm
  let pieceSize: PieceSize
  let pieceCount: UInt32
  /// The info dictionary (BEP 9).
  let info: [UInt8]
  /// The root of its hash tree (BEP 52); nil for v1.
  let root: SHA256Digest?
  /// What the v2 swarm of a hybrid is known by; nil for other forms.
  let upgraded: InfoHash?

  /// Makes the torrent that `hash` stands for; nil where no candidate has that hash. Blocks.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  static func make(
    _ hash: InfoHash, of candidates: [InfoHashTable.Candidate], _ ledger: SharedLedger
  ) throws(ArchiveError) -> StandardTorrent? {
    guard !candidates.isEmpty, let view = try ledger.view() else { return nil }
    for candidate in candidates {
      guard
        let stored = try view.stored(candidate.content, pieceSize: candidate.pieceSize)
      else { continue }
      let file = SingleFile(path: candidate.path, stored: stored)
      guard file.forms.contains(candidate.form),
        try file.wireHashes(candidate.form).contains(hash)
      else { continue }
      return try StandardTorrent(hash, file, candidate.form)
    }
    return nil
  }

  private init(_ hash: InfoHash, _ file: SingleFile, _ form: TorrentForm) throws(ArchiveError) {
    infoHash = hash
    content = file.stored.content
    self.form = form
    pieceSize = file.stored.digests.pieceSize
    pieceCount = pieceSize.pieceCount(of: content.size)
    info = try file.info(form)
    upgraded = form == .hybrid ? try file.wireHashes(form).last : nil
    root = form.hasV2 ? file.stored.digests.root : nil
  }
}
