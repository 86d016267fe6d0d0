// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
package import PackagesParser
package import TorrentMetadata

/// One file to be fetched: what a verified index says that it is, how it is cut, and where it is.
package struct PackageFile: Hashable, Sendable {
  /// The package's name.
  package let package: String
  package let version: String
  /// The stanza's own, so `all` also where another architecture's index lists it.
  package let architecture: String
  /// Below the archive root.
  package let path: ArchivePath
  package let content: ContentID
  package let pieces: PieceTable
  /// Nil where nobody numbered the file: then only a web seed has it.
  package let numbering: PieceNumbering?
  /// The file's own URLs, `http` or `https`, the mirror's first.
  package let webSeeds: [AbsoluteURL]
  package let trackers: [AbsoluteURL]
  /// Where to look for its numbers again; nil where that is not known.
  package let listing: PieceListing?

  /// Joins what is known of a file.
  package init(
    package: String, version: String, architecture: String, path: ArchivePath, content: ContentID,
    pieces: PieceTable? = nil, numbering: PieceNumbering? = nil, webSeeds: [AbsoluteURL] = [],
    trackers: [AbsoluteURL] = [], listing: PieceListing? = nil
  ) {
    self.package = package
    self.version = version
    self.architecture = architecture
    self.path = path
    self.content = content
    self.pieces = pieces ?? PieceTable(whole: content)
    self.numbering = numbering
    self.webSeeds = webSeeds
    self.trackers = trackers
    self.listing = listing
  }

  /// The same, for who takes it from peers alone.
  var withoutWebSeeds: PackageFile {
    PackageFile(
      package: package, version: version, architecture: architecture, path: path, content: content,
      pieces: pieces, numbering: numbering, trackers: trackers, listing: listing)
  }

  /// The name it is written under.
  package var name: String { path.name }
}

/// Where the index lists a file's pieces, and as what.
package struct PieceListing: Hashable, Sendable {
  /// The root below which `dists/` lies.
  package let archive: AbsoluteURL
  package let suite: String
  /// The piece index, relative to the suite and uncompressed.
  package let path: String
  /// As Release lists it; nil where it does not.
  package let content: ContentID?

  /// Joins what is known of the place.
  package init(archive: AbsoluteURL, suite: String, path: String, content: ContentID?) {
    self.archive = archive
    self.suite = suite
    self.path = path
    self.content = content
  }
}

/// Which numbers a file's pieces have, and in which torrent.
package struct PieceNumbering: Hashable, Sendable {
  package let torrent: ReleasedTorrent
  /// One for each piece, in order.
  package let numbers: PieceNumberRange

  /// Joins a torrent and numbers in it.
  package init(torrent: ReleasedTorrent, numbers: PieceNumberRange) {
    self.torrent = torrent
    self.numbers = numbers
  }

  /// The number of the piece at `index`, counted from 0.
  package func number(of index: Int) -> PieceNumber {
    PieceNumber(numbers.first.rawValue + UInt32(index))
  }

  /// Which piece has `number`, counted from 0; nil when none of this file has.
  package func index(of number: PieceNumber) -> Int? {
    guard number >= numbers.first, number <= numbers.last else { return nil }
    return Int(number.rawValue - numbers.first.rawValue)
  }
}
