// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PieceHasher
import Testing

@Suite("Files hash as libtorrent hashes them")
struct LibtorrentTests {
  @Test("whichever way they are read", arguments: LibtorrentVector.all)
  func vector(_ vector: LibtorrentVector) async throws {
    let archive = try TestArchive()
    let bytes = vector.fill.bytes(vector.size)
    try archive.write(bytes, to: "file")
    let base = try #require(PieceSize(rawValue: vector.pieceSize))
    let job = try archive.job("file", bytes, base: base)
    // Not every kernel with every large file: in debug builds the C is not optimised either.
    for way in vector.size <= 100_000 ? Way.all + Way.kernels : Way.all {
      let digests = try #require(try await archive.outcome(job, way)?.digests, "\(way)")
      #expect(digests.size == ByteCount(UInt64(vector.size)), "\(way)")
      #expect(digests.pieceSize == base, "\(way)")
      #expect(digests.sha256.description == vector.file, "\(way)")
      #expect(try told(digests.sha256Pieces) == vector.sha256Pieces, "\(way)")
      #expect(try told(digests.sha1Pieces) == vector.sha1Pieces, "\(way)")
      #expect(try told(digests.pieceLayer) == vector.pieceLayer, "\(way)")
      #expect(digests.piecesRoot?.description == vector.root, "\(way)")
    }
  }

  /// Nothing then asks for the bytes of a file in order, and its pieces are read side by side.
  @Test("and so do their pieces without the whole", arguments: LibtorrentVector.all)
  func piecesAlone(_ vector: LibtorrentVector) async throws {
    let archive = try TestArchive()
    let bytes = vector.fill.bytes(vector.size)
    try archive.write(bytes, to: "file")
    let job = HashJob(
      id: 0, path: try ArchivePath("file"), size: ByteCount(UInt64(vector.size)),
      base: try #require(PieceSize(rawValue: vector.pieceSize)))
    for way in Way.all {
      let hashes: PieceHashes = [.sha256, .sha1, .btmh]
      let outcome = try await archive.outcome(job, way, hashes: hashes)
      let digests = try #require(outcome?.digests, "\(way)")
      #expect(digests.sha256 == .zero, "\(way)")
      #expect(try told(digests.sha256Pieces) == vector.sha256Pieces, "\(way)")
      #expect(try told(digests.sha1Pieces) == vector.sha1Pieces, "\(way)")
      #expect(digests.piecesRoot?.description == vector.root, "\(way)")
    }
  }

  private func told(_ bytes: [UInt8]) throws -> String {
    try SHA256Digest.hashing(bytes).description
  }
}
