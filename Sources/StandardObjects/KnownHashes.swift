// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import Ledger
internal import TorrentMetadata

/// Every info hash of a single file's torrent that could have been handed out, whether or not an
/// object was written: all forms, all names that the content was found under, all piece sizes.
package struct KnownHashes {
  /// What an info hash stands for.
  package struct Entry: Hashable, Sendable {
    package let hash: InfoHash
    /// Below the archive root.
    package let path: String
    package let content: ContentID
  }

  /// Calls `body` for each hash; of several paths with one name the first one alone counts.
  ///
  /// - Throws: `ArchiveError` when the ledger cannot be read.
  package static func forEach(
    in ledger: Ledger, _ body: (Entry) throws -> Void
  ) throws(ArchiveError) {
    var last: (content: ContentID, names: Set<Name>)?
    try ledger.forEachStoredFile { path, stored in
      guard let path = try? ArchivePath(path) else { return }
      if last?.content != stored.content { last = (stored.content, []) }
      let name = Name(name: path.name, pieceSize: stored.digests.pieceSize)
      guard last?.names.insert(name).inserted == true else { return }
      let file = SingleFile(path: path, stored: stored)
      for form in file.forms {
        for hash in try file.wireHashes(form) {
          try body(Entry(hash: hash, path: path.string, content: stored.content))
        }
      }
    }
  }

  private struct Name: Hashable {
    let name: String
    let pieceSize: PieceSize
  }
}
