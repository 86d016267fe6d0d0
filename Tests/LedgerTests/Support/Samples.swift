// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Ledger
import Testing

/// The error that `body` ends with, nil when it ends well.
func failure(of body: () throws(ArchiveError) -> Void) -> ArchiveError? {
  do {
    try body()
    return nil
  } catch {
    return error
  }
}

/// A content told apart from others by `name`.
func content(_ name: String, size: UInt64 = 100) throws -> ContentID {
  ContentID(sha256: try .hashing(Array(name.utf8)), size: ByteCount(size))
}

/// What a read of a file gives: bytes that are told apart, not hashes of anything.
func digests(_ byte: UInt8, pieces: Int = 1, pieceSize: PieceSize = .leaf) throws -> ContentDigests
{
  ContentDigests(
    root: try #require(SHA256Digest([UInt8](repeating: byte, count: 32))), pieceSize: pieceSize,
    sha256Pieces: [UInt8](repeating: byte, count: 32 * pieces),
    sha1Pieces: [UInt8](repeating: byte, count: 20 * pieces),
    layer: [UInt8](repeating: byte, count: pieces > 1 ? 32 * pieces : 0))
}

func verified(
  _ name: String, at path: String? = nil, size: UInt64 = 100, digests: ContentDigests? = nil,
  inode: UInt64 = 1
) throws -> VerifiedContent {
  VerifiedContent(
    path: try ArchivePath(path ?? "pool/\(name)"), content: try content(name, size: size),
    digests: try digests ?? LedgerTests.digests(1),
    staleness: StalenessKey(inode: inode, size: ByteCount(size), modified: 2, changed: 3))
}

func numbers(_ first: UInt32, _ count: UInt32 = 1) throws -> PieceNumberRange {
  try #require(PieceNumberRange(first: PieceNumber(first), count: count))
}

func header(
  _ ledger: Ledger, _ architecture: String = "amd64", generation: Int = 1, created: Int64 = 1000
) -> TorrentHeader {
  TorrentHeader(
    publisher: ledger.publisher, origin: "Test", label: nil, suite: "stable", codename: "tester",
    architecture: architecture, generation: generation, created: ArchiveDate(seconds: created),
    pieceSize: .leaf)
}

extension Ledger {
  /// A ledger of its own in memory.
  convenience init(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    try self.init(inMemoryUsing: &generator)
  }

  /// Opens, or makes, the ledger of `scratch`.
  convenience init(_ scratch: ScratchDirectory, seed: UInt64 = 1) throws(ArchiveError) {
    var generator = SeededGenerator(seed: seed)
    try self.init(directory: scratch.path, using: &generator)
  }

  /// Remembers a file; the row of its content.
  func row(of name: String, archive: RowID) throws -> RowID {
    try #require(try remember([verified(name)], archive: archive).first)
  }

  /// Every numbering of a torrent, in number order.
  func numbered(_ torrent: TorrentRecord) throws -> [NumberedContent] {
    var all: [NumberedContent] = []
    try forEachContent(of: torrent) { all.append($0) }
    return all
  }
}
