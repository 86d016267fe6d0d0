// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PieceHasher
import Testing

@Suite("Files hash as libtorrent hashes them")
struct LibtorrentTests {
  @Test(arguments: LibtorrentVector.all, Way.allCases)
  func vector(_ vector: LibtorrentVector, _ way: Way) async throws {
    let archive = try TestArchive()
    let bytes = vector.fill.bytes(vector.size)
    try archive.write(bytes, to: "file")
    let base = try #require(PieceSize(rawValue: vector.pieceSize))
    let job = try archive.job("file", bytes, base: base)
    let digests = try #require(try await archive.outcome(job, way)?.digests)

    #expect(digests.size == ByteCount(UInt64(vector.size)))
    #expect(digests.pieceSize == base)
    #expect(digests.sha256.description == vector.file)
    #expect(try told(digests.sha256Pieces) == vector.sha256Pieces)
    #expect(try told(digests.sha1Pieces) == vector.sha1Pieces)
    #expect(try told(digests.pieceLayer) == vector.pieceLayer)
    #expect(digests.piecesRoot?.description == vector.root)
  }

  private func told(_ bytes: [UInt8]) throws -> String {
    try SHA256Digest.hashing(bytes).description
  }
}
