// SPDX-License-Identifier: Apache-2.0

package import ArchiveFiles
package import ArchiveModel

/// What the ledger says of an archive, at one moment; immutable, for all event loops to read.
package final class Catalog: Sendable {
  /// A content's place in `contents`.
  package typealias Index = UInt32

  /// A content that was verified once.
  package struct Content: Hashable, Sendable {
    package let id: ContentID
    /// The archive's files that held it, as a range of `files`.
    package let files: Range<UInt32>
  }

  /// A file of the archive, and what was seen of it when its content was verified.
  package struct File: Hashable, Sendable {
    package let path: ArchivePath
    package let content: Index
    package let key: StalenessKey

    package init(path: ArchivePath, content: Index, key: StalenessKey) {
      self.path = path
      self.content = content
      self.key = key
    }
  }

  package let contents: [Content]
  /// In the order of their contents.
  package let files: [File]
  private let byDigest: [SHA256Digest: Index]
  private let byPath: [ArchivePath: UInt32]
  private let torrents: [TorrentID: CatalogTorrent]
  private let suites: SuiteTable

  /// Joins contents, files and torrents, which refer to `ids` by position.
  package init(ids: [ContentID], files: [File], torrents: [CatalogTorrent]) {
    let sorted = files.sorted { ($0.content, $0.path) < ($1.content, $1.path) }
    var ranges = [Range<UInt32>](repeating: 0..<0, count: ids.count)
    var start = 0
    while start < sorted.count {
      let content = sorted[start].content
      let end = sorted[start...].firstIndex { $0.content != content } ?? sorted.count
      ranges[Int(content)] = UInt32(start)..<UInt32(end)
      start = end
    }
    contents = zip(ids, ranges).map { Content(id: $0, files: $1) }
    self.files = sorted
    byDigest = Dictionary(
      ids.enumerated().map { ($1.sha256, Index($0)) }, uniquingKeysWith: { first, _ in first })
    byPath = Dictionary(
      sorted.enumerated().map { ($1.path, UInt32($0)) },
      uniquingKeysWith: { first, _ in first })
    suites = SuiteTable(contents: ids.count, torrents)
    self.torrents = Dictionary(
      torrents.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Of an archive that was never hashed.
  package static let empty = Catalog(ids: [], files: [], torrents: [])

  /// The content with a digest.
  package func content(_ sha256: SHA256Digest) -> Index? { byDigest[sha256] }

  /// The file at a path of the archive.
  package func file(_ path: ArchivePath) -> File? { byPath[path].map { files[Int($0)] } }

  /// The files that held a content.
  package func files(of content: Index) -> ArraySlice<File> {
    let range = contents[Int(content)].files
    return files[Int(range.lowerBound)..<Int(range.upperBound)]
  }

  /// The suite whose torrents have a content; `SuiteTable.several` where those are of several, and
  /// nothing where there are none.
  package func suite(of content: Index) -> String { suites.name(of: content) }

  /// A generation of a numbered torrent.
  package func torrent(_ id: TorrentID) -> CatalogTorrent? { torrents[id] }

  /// All generations.
  package var allTorrents: [CatalogTorrent] { Array(torrents.values) }
}

/// One generation of a numbered torrent, with who has which numbers.
package struct CatalogTorrent: Sendable {
  /// Consecutive numbers of one content.
  package struct Numbers: Hashable, Sendable {
    package let first: UInt32
    package let count: UInt32
    package let content: Catalog.Index

    package init(first: UInt32, count: UInt32, content: Catalog.Index) {
      self.first = first
      self.count = count
      self.content = content
    }
  }

  package let id: TorrentID
  package let architecture: String
  package let generation: Int
  package let base: PieceSize
  package let floor: PieceNumber
  package let next: PieceNumber
  /// Whether a newer generation has taken its place.
  package let isSuperseded: Bool
  /// By number, retired ones among them: they are served while their files exist.
  package let numbers: [Numbers]

  /// The name of its suite.
  package let suite: String
  /// How many of its numbers are live.
  package let live: UInt64

  package init(
    id: TorrentID, architecture: String, generation: Int, base: PieceSize, floor: PieceNumber,
    next: PieceNumber, isSuperseded: Bool, suite: String = "", live: UInt64 = 0,
    numbers: [Numbers]
  ) {
    self.id = id
    self.architecture = architecture
    self.generation = generation
    self.base = base
    self.floor = floor
    self.next = next
    self.isSuperseded = isSuperseded
    self.suite = suite
    self.live = live
    self.numbers = numbers
  }

  /// The content that has `number`, and which of its pieces that is; nil when none has.
  package func find(_ number: PieceNumber) -> (content: Catalog.Index, piece: UInt32)? {
    var (low, high) = (0, numbers.count)
    while low < high {
      let middle = (low + high) / 2
      if numbers[middle].first <= number.rawValue { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let found = numbers[low - 1]
    let piece = number.rawValue - found.first
    return piece < found.count ? (found.content, piece) : nil
  }

  /// Where piece `piece` of a content of `size` is; nil when it has no such piece.
  package func bytes(ofPiece piece: UInt32, size: ByteCount) -> Range<UInt64>? {
    let length = PieceSize.forFile(of: size, base: base).rawValue
    let (start, overflow) = UInt64(piece).multipliedReportingOverflow(by: length)
    guard !overflow, start < size.rawValue else { return nil }
    return start..<start + min(length, size.rawValue - start)
  }
}
