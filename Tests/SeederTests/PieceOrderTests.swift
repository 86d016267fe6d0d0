// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Seeder
import Testing

/// In which order the pieces of a request are sent.
struct PieceOrderTests {
  private static let leaf = UInt64(PieceSize.leaf.rawValue)

  /// Contents of so many pieces, whose numbers follow each other from 10 on, each in one file.
  private func sample(
    _ contents: [(path: String, pieces: UInt32)]
  ) throws -> (Catalog, CatalogTorrent) {
    var (ids, files, numbers): ([ContentID], [Catalog.File], [CatalogTorrent.Numbers]) = (
      [], [], []
    )
    var next: UInt32 = 10
    for (index, content) in contents.enumerated() {
      // The last piece of each has ten bytes.
      let size = ByteCount(UInt64(content.pieces - 1) * Self.leaf + 10)
      let digest = try #require(SHA256Digest([UInt8](repeating: UInt8(index), count: 32)))
      ids.append(ContentID(sha256: digest, size: size))
      files.append(
        Catalog.File(
          path: try ArchivePath(content.path), content: UInt32(index),
          key: StalenessKey(inode: 1, size: size, modified: 2, changed: 3)))
      numbers.append(.init(first: next, count: content.pieces, content: UInt32(index)))
      next += content.pieces
    }
    let torrent = CatalogTorrent(
      id: try #require(TorrentID(bytes: [UInt8](repeating: 7, count: 20))), architecture: "amd64",
      generation: 1, base: .leaf, floor: PieceNumber(0), next: PieceNumber(next),
      isSuperseded: false, numbers: numbers)
    return (Catalog(ids: ids, files: files, torrents: [torrent]), torrent)
  }

  private func plan(
    _ numbers: some Sequence<UInt32>, _ contents: [(path: String, pieces: UInt32)]
  ) throws -> [PieceGroup] {
    let (catalog, torrent) = try sample(contents)
    return PieceOrder.plan(numbers.map { PieceNumber($0) }, of: torrent, in: catalog)
  }

  @Test func thePiecesOfAFileComeTogetherAndInItsOrder() throws {
    let groups = try plan(10..<15, [("pool/b", 3), ("pool/a", 2)])
    #expect(groups.map(\.content) == [1, 0], "by path")
    #expect(groups.map { $0.pieces.map(\.number.rawValue) } == [[13, 14], [10, 11, 12]])
    #expect(
      groups[1].pieces.map(\.bytes) == [
        0..<Self.leaf, Self.leaf..<2 * Self.leaf, 2 * Self.leaf..<2 * Self.leaf + 10,
      ])
  }

  @Test func filesOfWhichLittleIsAskedComeFirst() throws {
    // Nine leaves are more than is read at once, eight and a bit of the ninth are not asked for.
    let many = UInt32(PieceOrder.small / Self.leaf) + 1
    let groups = try plan(10..<(10 + many + 1), [("pool/a", many), ("pool/b", 1)])
    #expect(groups.map(\.content) == [1, 0])
    let part = try plan([10, 10 + many], [("pool/a", many), ("pool/b", 1)])
    #expect(part.map(\.content) == [0, 1], "one piece of a long file is little")
  }

  @Test func numbersThatNobodyHasComeBeforeEverything() throws {
    let groups = try plan([3, 10, 99], [("pool/a", 1)])
    #expect(groups.map(\.content) == [nil, 0])
    #expect(groups[0].pieces.map(\.number.rawValue) == [3, 99])
    #expect(groups[0].byteCount == 0)
  }
}
