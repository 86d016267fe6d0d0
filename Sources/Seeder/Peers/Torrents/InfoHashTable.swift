// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import TorrentMetadata

/// Which file a standard torrent's info hash, or the root of a hash tree, stands for.
///
/// A sorted array of 16 bytes an entry, because there are some five hashes for each file of the
/// archive. It has the first eight bytes of each: what is found is a candidate, to be compared with
/// what the ledger says.
package struct InfoHashTable: Sendable {
  /// What one of a file's torrents is made of.
  package struct Candidate: Hashable, Sendable {
    package let content: ContentID
    /// What the torrent calls the file.
    package let path: ArchivePath
    package let form: TorrentForm
    package let pieceSize: PieceSize
  }

  /// What an entry is the hash of.
  enum Kind: UInt32 {
    case v1, v2, hybrid, root

    init(_ form: TorrentForm) {
      self =
        switch form {
        case .v1: .v1
        case .v2: .v2
        case .hybrid: .hybrid
        }
    }

    /// Nil for what is no torrent.
    var form: TorrentForm? {
      switch self {
      case .v1: .v1
      case .v2: .v2
      case .hybrid: .hybrid
      case .root: nil
      }
    }
  }

  struct Entry {
    /// The first eight bytes of the hash, as a big-endian number.
    let key: UInt64
    let content: Catalog.Index
    /// From the lowest bit: two of the kind, six of the piece size's exponent, and the position of
    /// the file among those of the content.
    private let detail: UInt32

    /// Nil where a content has more files than anybody will name.
    init?(_ key: UInt64, _ kind: Kind, _ pieceSize: PieceSize, _ content: Catalog.Index, file: Int)
    {
      guard let file = UInt32(exactly: file), file < 1 << 24 else { return nil }
      self.key = key
      self.content = content
      detail =
        kind.rawValue | UInt32(pieceSize.rawValue.trailingZeroBitCount) << 2 | file << 8
    }

    var kind: Kind { Kind(rawValue: detail & 3) ?? .root }
    var pieceSize: PieceSize? { PieceSize(rawValue: 1 << UInt64(detail >> 2 & 63)) }
    var file: Int { Int(detail >> 8) }
  }

  /// What the entries' positions refer to.
  package let catalog: Catalog
  private let entries: [Entry]

  /// Takes entries in any order.
  init(_ catalog: Catalog, _ entries: consuming [Entry]) {
    self.catalog = catalog
    entries.sort { $0.key < $1.key }
    self.entries = entries
  }

  /// Knows nothing.
  package static let empty = InfoHashTable(.empty, [])

  package var count: Int { entries.count }

  /// The torrents that may have `hash`.
  package func torrents(_ hash: InfoHash) -> [Candidate] {
    find(Self.key(hash)).compactMap { entry in
      let files = catalog.files(of: entry.content)
      guard let form = entry.kind.form, let pieceSize = entry.pieceSize, entry.file < files.count
      else { return nil }
      return Candidate(
        content: catalog.contents[Int(entry.content)].id,
        path: files[files.startIndex + entry.file].path, form: form, pieceSize: pieceSize)
    }
  }

  /// The contents whose hash tree (BEP 52) may have `root`.
  package func contents(root: SHA256Digest) -> [ContentID] {
    find(root.tableHash).filter { $0.kind == .root }.map { catalog.contents[Int($0.content)].id }
  }

  private func find(_ key: UInt64) -> ArraySlice<Entry> {
    var (low, high) = (0, entries.count)
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key < key { low = middle + 1 } else { high = middle }
    }
    return entries[low...].prefix { $0.key == key }
  }

  static func key(_ hash: InfoHash) -> UInt64 {
    hash.bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
  }
}
