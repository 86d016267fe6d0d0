// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Ledger
internal import StandardObjects

extension InfoHashTable {
  /// Every standard torrent of the catalog's files, and the root of each content, out of the ledger.
  ///
  /// Takes as long as hashing all info dictionaries.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package init(_ catalog: Catalog, _ view: LedgerView) throws(ArchiveError) {
    var entries: [Entry] = []
    var last: SHA256Digest?
    try KnownHashes.forEach(in: view) { known in
      guard let content = catalog.content(known.content.sha256) else { return }
      let pieceSize = known.stored.digests.pieceSize
      let root = known.stored.digests.root
      if last != known.content.sha256, root != .zero {
        Entry(root.tableHash, .root, pieceSize, content, file: 0).map { entries.append($0) }
      }
      last = known.content.sha256
      // A name that only another archive of the ledger has is none that this one can answer for.
      guard let name = try? ArchivePath(known.path).name else { return }
      let files = catalog.files(of: content)
      guard let file = files.firstIndex(where: { $0.path.name == name }) else { return }
      Entry(
        Self.key(known.hash), Kind(known.form), pieceSize, content,
        file: file - files.startIndex
      ).map { entries.append($0) }
    }
    self.init(catalog, entries)
  }
}
