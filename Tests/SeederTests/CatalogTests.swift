// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Seeder
import Testing

/// What is looked up in memory.
struct CatalogTests {
  private func id(_ byte: UInt8, size: UInt64) throws -> ContentID {
    ContentID(
      sha256: try #require(SHA256Digest([UInt8](repeating: byte, count: 32))),
      size: ByteCount(size))
  }

  private func file(_ path: String, _ content: UInt32) throws -> Catalog.File {
    Catalog.File(
      path: try ArchivePath(path), content: content,
      key: StalenessKey(inode: 1, size: ByteCount(1), modified: 2, changed: 3))
  }

  @Test func findsContentsByDigestAndPath() throws {
    let ids = [try id(1, size: 5), try id(2, size: 6), try id(3, size: 7)]
    let catalog = Catalog(
      ids: ids,
      files: [try file("pool/b", 2), try file("pool/c", 0), try file("pool/a", 2)], torrents: [])
    #expect(catalog.content(ids[1].sha256) == 1)
    #expect(catalog.files(of: 2).map(\.path.string) == ["pool/a", "pool/b"])
    #expect(catalog.files(of: 0).map(\.path.string) == ["pool/c"])
    #expect(catalog.files(of: 1).isEmpty)
    #expect(catalog.file(try ArchivePath("pool/b"))?.content == 2)
    #expect(catalog.file(try ArchivePath("pool/x")) == nil)
    #expect(catalog.content(try id(9, size: 1).sha256) == nil)
  }

  @Test func findsNumbersInTheirRanges() throws {
    let torrent = CatalogTorrent(
      id: try #require(TorrentID(bytes: [UInt8](repeating: 7, count: 20))), architecture: "amd64",
      generation: 1, base: .leaf, floor: PieceNumber(3), next: PieceNumber(20),
      isSuperseded: false,
      numbers: [
        .init(first: 3, count: 1, content: 0), .init(first: 4, count: 3, content: 1),
        .init(first: 12, count: 2, content: 2),
      ])
    func found(_ number: UInt32) -> [UInt32]? {
      torrent.find(PieceNumber(number)).map { [$0.content, $0.piece] }
    }
    #expect(found(3) == [0, 0])
    #expect(found(4) == [1, 0])
    #expect(found(6) == [1, 2])
    #expect(found(13) == [2, 1])
    for number: UInt32 in [0, 2, 7, 11, 14, .max] { #expect(found(number) == nil) }
    #expect(torrent.bytes(ofPiece: 1, size: ByteCount(40_000)) == 16_384..<32_768)
    #expect(torrent.bytes(ofPiece: 2, size: ByteCount(40_000)) == 32_768..<40_000)
    #expect(torrent.bytes(ofPiece: 3, size: ByteCount(40_000)) == nil)
    #expect(torrent.bytes(ofPiece: .max, size: ByteCount(40_000)) == nil)
  }
}
