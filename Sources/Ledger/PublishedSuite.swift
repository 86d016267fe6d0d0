// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// What the published files of one suite tell, read and found free of contradictions: enough for
/// the ledger that they were published from, but for what only a read of the pool tells.
package struct PublishedSuite: Sendable {
  /// A generation of a torrent.
  package struct Torrent: Sendable {
    package let id: TorrentID
    package let header: [UInt8]
    package let architecture: String
    package let generation: Int
    package let base: PieceSize
    package let created: ArchiveDate
    /// As Release lists it; of one that is listed no more, as its last run left it.
    package var numbering: Numbering
    package var superseded: ArchiveDate?
    package let isListed: Bool

    package init(
      id: TorrentID, header: [UInt8], architecture: String, generation: Int, base: PieceSize,
      created: ArchiveDate, numbering: Numbering, superseded: ArchiveDate?, isListed: Bool
    ) {
      self.id = id
      self.header = header
      self.architecture = architecture
      self.generation = generation
      self.base = base
      self.created = created
      self.numbering = numbering
      self.superseded = superseded
      self.isListed = isListed
    }
  }

  /// A content, and when it was first numbered.
  package struct Content: Sendable {
    package let id: ContentID
    /// Zero where nobody tells.
    package var root: SHA256Digest
    package var firstRelease: ArchiveDate

    package init(id: ContentID, root: SHA256Digest, firstRelease: ArchiveDate) {
      self.id = id
      self.root = root
      self.firstRelease = firstRelease
    }
  }

  /// A content's pieces at one piece size.
  package struct Pieces: Sendable {
    /// In `contents`.
    package let content: Int
    package let size: PieceSize
    /// 32 bytes a piece; empty where nobody tells.
    package let sha256: [UInt8]
    /// Of the run that told of them first.
    package let date: ArchiveDate

    package init(content: Int, size: PieceSize, sha256: [UInt8], date: ArchiveDate) {
      self.content = content
      self.size = size
      self.sha256 = sha256
      self.date = date
    }
  }

  /// Numbers that were given, whether or not they live.
  package struct Given: Sendable {
    package let torrent: TorrentID
    package let numbers: PieceNumberRange
    /// In `contents`.
    package let content: Int

    package init(torrent: TorrentID, numbers: PieceNumberRange, content: Int) {
      self.torrent = torrent
      self.numbers = numbers
      self.content = content
    }
  }

  /// Hands the gzip members of a file over, in order.
  package typealias Members = @Sendable (_ body: ([UInt8]) throws -> Void) throws -> Void

  /// A piece index.
  package struct Index: Sendable {
    /// Relative to the suite, uncompressed.
    package let path: String
    /// Of the file as it lies on disk.
    package let file: ContentID
    package var described: [DescribedIndex]
    /// What it has told of and not retired, in all generations; the contents as in `contents`.
    package var told: [TorrentID: [Int]]
    package let members: Members

    package init(
      path: String, file: ContentID, described: [DescribedIndex], told: [TorrentID: [Int]],
      members: @escaping Members
    ) {
      self.path = path
      self.file = file
      self.described = described
      self.told = told
      self.members = members
    }
  }

  package let origin: String
  /// Codename, or else Suite.
  package let name: String
  /// Date of the Release.
  package let date: ArchiveDate
  /// Oldest generations first.
  package var torrents: [Torrent] = []
  package var contents: [Content] = []
  /// In the order in which they were told.
  package var pieces: [Pieces] = []
  package var given: [Given] = []
  package var indices: [Index] = []
  /// By-hash names that are known to be ours, and since when nobody lists them: 0 for listed.
  package var byHash: [String: Int] = [:]

  package init(origin: String, name: String, date: ArchiveDate) {
    self.origin = origin
    self.name = name
    self.date = date
  }
}
