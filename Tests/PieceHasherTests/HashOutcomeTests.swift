// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Glibc
import PieceHasher
import Testing

@Suite("What comes of a file")
struct HashOutcomeTests {
  private let archive: TestArchive
  private let bytes = Fill.noise.bytes(100_000)

  init() throws {
    archive = try TestArchive()
    try archive.write(bytes, to: "file")
  }

  @Test("Verified: with the key of the file that was read")
  func verified() async throws {
    let key = archive.root.status(try ArchivePath("file"))
    let outcome = try await archive.outcome(archive.job("file", bytes))
    guard case .verified(let digests, let found) = outcome else {
      Issue.record("\(String(describing: outcome))")
      return
    }
    #expect(found == key)
    #expect(digests.pieceCount == 7)
  }

  @Test("An empty file is verified, without pieces or root")
  func empty() async throws {
    try archive.write([], to: "empty")
    let outcome = try await archive.outcome(archive.job("empty", []))
    let digests = try #require(outcome?.digests)
    #expect(
      digests.sha256.description
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(digests.pieceCount == 0)
    #expect(digests.sha256Pieces.isEmpty && digests.pieceLayer.isEmpty)
    #expect(digests.piecesRoot == nil)
  }

  @Test("Nothing there", arguments: ["absent", "file/below"])
  func missing(name: String) async throws {
    #expect(try await archive.outcome(archive.job(name, bytes)) == .missing)
  }

  @Test("Shorter or longer than expected: known without a read", arguments: [99_999, 100_001, 0])
  func wrongSize(size: Int) async throws {
    try archive.write(Fill.noise.bytes(size), to: "file")
    let outcome = try await archive.outcome(archive.job("file", bytes)) { _ in
      Issue.record("the file was read")
    }
    #expect(outcome == .wrongSize(actual: ByteCount(UInt64(size))))
  }

  @Test("One flipped bit", arguments: [0, 50_000, 99_999], Way.all)
  func wrongHash(position: Int, way: Way) async throws {
    var flipped = bytes
    flipped[position] ^= 1
    try archive.write(flipped, to: "file")
    #expect(
      try await archive.outcome(archive.job("file", bytes), way)
        == .wrongHash(actual: .hashing(flipped)))
  }

  @Test("A directory is no file")
  func directory() async throws {
    mkdir(archive.path("directory"), 0o755)
    #expect(try await failure("directory")?.code == .data)
  }

  @Test("A FIFO is no file, and nobody waits for its writer")
  func fifo() async throws {
    mkfifo(archive.path("fifo"), 0o644)
    #expect(try await failure("fifo")?.code == .data)
  }

  @Test("A link that leads out of the archive is not followed")
  func linkOut() async throws {
    let elsewhere = try TestArchive()
    try elsewhere.write(bytes, to: "file")
    symlink(elsewhere.path("file"), archive.path("link"))
    #expect(try await failure("link")?.code == .data)
  }

  @Test("A link within the archive is")
  func linkWithin() async throws {
    symlink("file", archive.path("link"))
    #expect(try await archive.outcome(archive.job("link", bytes))?.digests != nil)
  }

  @Test("A link to itself fails")
  func linkToItself() async throws {
    symlink("loop", archive.path("loop"))
    #expect(try await failure("loop") != nil)
  }

  private func failure(_ name: String) async throws -> ArchiveError? {
    let outcome = try await archive.outcome(archive.job(name, bytes))
    guard case .failed(let error) = outcome else { return nil }
    return error
  }
}
