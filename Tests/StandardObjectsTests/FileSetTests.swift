// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Ledger
import StandardObjects
import Testing
import TorrentMetadata

@Suite("Sets of files")
struct FileSetTests {
  /// Sizes around pieces of 16 KiB: within one, one byte less and more, several.
  private static let sizes = [1, 16_383, 16_384, 16_385, 100, 70_000, 32_768]

  private func sample() throws -> Sample {
    var sample = try Sample()
    for (index, size) in Self.sizes.enumerated() {
      try sample.add("pool/main/\(index % 3)/f-\(index).deb", size: size)
    }
    return sample
  }

  /// The pieces as BEP 3 defines them: of all files end to end.
  private func plainPieces(_ torrent: TorrentInfo, of sample: borrowing Sample) throws -> [UInt8] {
    var all: [UInt8] = []
    for file in torrent.files {
      guard !file.isPadding else {
        all += [UInt8](repeating: 0, count: Int(file.size.rawValue))
        continue
      }
      let path = "\(sample.directory)/\(torrent.name)/\(file.path)"
      all += try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    }
    let length = Int(torrent.pieceLength.rawValue)
    return try stride(from: 0, to: all.count, by: length).flatMap {
      try Sample.sha1(Array(all[$0..<min($0 + length, all.count)]))
    }
  }

  @Test(
    "v1 pieces are those of the files end to end",
    arguments: [PieceSize.leaf, PieceSize(rawValue: 32 << 10)].compactMap(\.self), [false, true])
  func pieces(size: PieceSize, isPadded: Bool) throws {
    let sample = try sample()
    let set = try FileSet(sample.files, form: .v1, isPadded: isPadded, pieceSize: size)

    let torrent = try set.torrent(try addresses(), root: sample.root)

    #expect(torrent.info.files.contains(where: \.isPadding) == isPadded)
    #expect(try torrent.info.pieces == plainPieces(torrent.info, of: sample))
  }

  @Test("the name is the paths' first component and the web seed the archive's root")
  func name() throws {
    let sample = try sample()

    let torrent = try FileSet(sample.files, form: .v1).torrent(try addresses(), root: sample.root)

    #expect(torrent.info.name == "pool")
    #expect(torrent.webSeeds == ["http://mirror.example/debian/"])
    #expect(torrent.info.contentFiles.first?.path.string == "main/0/f-0.deb")
  }

  @Test("a v2 set needs no byte of the pool")
  func v2() throws {
    let sample = try sample()
    try FileManager.default.removeItem(atPath: sample.directory + "/pool")
    let set = try FileSet(sample.files, form: .v2, pieceSize: .leaf)

    let torrent = try set.torrent(try addresses(), root: sample.root)

    #expect(set.bytesToRead == 0)
    #expect(Set(torrent.info.files.map(\.root)) == Set(sample.files.map(\.stored.digests.root)))
  }

  @Test("a padded set names only web seeds that answer for padding")
  func paddedSeeds() throws {
    let sample = try sample()
    let set = try FileSet(sample.files, form: .hybrid, pieceSize: .leaf)
    var addresses = try addresses()
    #expect(try set.torrent(addresses, root: sample.root).webSeeds.isEmpty)

    addresses.paddingSeeds = [try #require(AbsoluteURL("http://seeder.example/"))]

    #expect(try set.torrent(addresses, root: sample.root).webSeeds == ["http://seeder.example/"])
  }

  @Test("a successor names its predecessor, and never itself")
  func similar() throws {
    var sample = try sample()
    let first = try FileSet(sample.files, form: .v1, isPadded: true)
      .torrent(try addresses(), root: sample.root)
    let same = try FileSet(sample.files, form: .v1, isPadded: true)
      .torrent(try addresses(), root: sample.root, predecessor: first)
    try sample.add("pool/new.deb", size: 10)

    let second = try FileSet(sample.files, form: .v1, isPadded: true)
      .torrent(try addresses(), root: sample.root, collection: "Debian sid", predecessor: first)

    #expect(same.similar.isEmpty)
    #expect(second.similar == first.info.wireHashes)
    #expect(second.collections == ["Debian sid"])
  }

  @Test("a byte that differs from the index is no part of a torrent")
  func corrupt() throws {
    let sample = try sample()
    let path = sample.directory + "/pool/main/2/f-5.deb"
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[60_000] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    let set = try FileSet(sample.files, form: .v1)

    let error = failure { _ = try set.torrent(try addresses(), root: sample.root) }

    #expect(error?.code == .data)
    #expect(error?.place?.offset == 49_152)
  }

  @Test("a missing or short file is named")
  func missing() throws {
    let sample = try sample()
    let set = try FileSet(sample.files, form: .v1)
    let path = sample.directory + "/pool/main/2/f-5.deb"
    try Data([1]).write(to: URL(fileURLWithPath: path))
    #expect(failure { _ = try set.torrent(try addresses(), root: sample.root) }?.code == .data)
    try FileManager.default.removeItem(atPath: path)

    let error = failure { _ = try set.torrent(try addresses(), root: sample.root) }

    #expect(error?.code == .noInput)
    #expect(error?.place?.file.hasSuffix("f-5.deb") == true)
  }

  @Test("more files or bytes than the limits is refused with the option that raises them")
  func limits() throws {
    let sample = try sample()
    var few = FileSet.Limits()
    few.files = 3
    var small = FileSet.Limits()
    small.bytes = 1000

    let files = failure { _ = try FileSet(sample.files, form: .v1, limits: few) }
    let bytes = failure { _ = try FileSet(sample.files, form: .v1, limits: small) }

    #expect(files?.advice?.contains("--max-files") == true)
    #expect(bytes?.advice?.contains("--max-size") == true)
  }

  @Test("files of different trees are no set")
  func trees() throws {
    var sample = try Sample()
    try sample.add("pool/a.deb", size: 1)
    try sample.add("other/b.deb", size: 1)

    #expect(failure { _ = try FileSet(sample.files, form: .v1) }?.code == .data)
  }
}
