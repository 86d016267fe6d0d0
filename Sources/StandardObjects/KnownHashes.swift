// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Ledger
package import TorrentMetadata

/// Every info hash of a single file's torrent that could have been handed out, whether or not an
/// object was written: all forms, all names that the content was found under, all piece sizes.
package struct KnownHashes {
  /// What an info hash stands for.
  package struct Entry: Hashable, Sendable {
    package let hash: InfoHash
    /// Of the torrent; a hybrid has two hashes.
    package let form: TorrentForm
    /// Below the archive root.
    package let path: String
    package let stored: StoredContent

    package var content: ContentID { stored.content }
  }

  /// Calls `body` for each hash; of several paths with one name the first one alone counts.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read, and what `body` throws.
  package static func forEach(
    in ledger: Ledger, _ body: (Entry) throws -> Void
  ) throws(ArchiveError) {
    var walk = Walk()
    try ledger.forEachStoredFile { try walk.visit($0, $1, body) }
  }

  /// The same for a process that only reads the ledger.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read, and what `body` throws.
  package static func forEach(
    in view: LedgerView, _ body: (Entry) throws -> Void
  ) throws(ArchiveError) {
    var walk = Walk()
    try view.forEachStoredFile { try walk.visit($0, $1, body) }
  }

  /// Goes over files, those of one content one after the other.
  private struct Walk {
    private var content: ContentID?
    private var names: Set<Name> = []

    mutating func visit(
      _ path: String, _ stored: StoredContent, _ body: (Entry) throws -> Void
    ) throws {
      guard let path = try? ArchivePath(path) else { return }
      if content != stored.content {
        content = stored.content
        names = []
      }
      let name = Name(name: path.name, pieceSize: stored.digests.pieceSize)
      guard names.insert(name).inserted else { return }
      let file = SingleFile(path: path, stored: stored)
      for form in file.forms {
        for hash in try file.wireHashes(form) {
          try body(Entry(hash: hash, form: form, path: path.string, stored: stored))
        }
      }
    }
  }

  private struct Name: Hashable {
    let name: String
    let pieceSize: PieceSize
  }
}
