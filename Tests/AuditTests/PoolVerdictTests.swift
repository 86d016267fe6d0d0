// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Ledger
import PieceHasher
import Testing

@testable import Audit

/// Files that are really read, judged against what a ledger would know of them.
@Suite("What the reading of a file says")
struct PoolVerdictTests {
  private static let base = PieceSize.leaf
  private let directory: URL

  init() throws {
    directory = FileManager.default.temporaryDirectory.appending(path: "audit-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
  }

  /// Three pieces of noise.
  private static let bytes = (0..<40_000).map { UInt8(truncatingIfNeeded: $0 &* $0 >> 7) }

  private func read(_ bytes: [UInt8]) async throws -> (outcome: HashOutcome, key: StalenessKey?) {
    let file = directory.appending(path: "file")
    try Data(bytes).write(to: file)
    let root = try ArchiveRoot(path: directory.path)
    let path = try ArchivePath("file")
    var options = HashOptions()
    options.hashes = [.sha256, .file]
    let hasher = PieceHasher(root: root, workers: 1, options: options)
    let job = HashJob(id: 0, path: path, size: ByteCount(UInt64(bytes.count)), base: Self.base)
    var found: HashOutcome?
    try await hasher.run([job]) { _, outcome in found = outcome }
    return (try #require(found), root.status(path))
  }

  private func stored() async throws -> (content: ContentID, digests: ContentDigests) {
    guard case .verified(let digests, _) = try await read(Self.bytes).outcome else {
      throw ArchiveError(.software, "the sample cannot be read")
    }
    return (
      ContentID(sha256: digests.sha256, size: digests.size),
      ContentDigests(
        root: .zero, pieceSize: digests.pieceSize, sha256Pieces: digests.sha256Pieces,
        sha1Pieces: [], layer: [])
    )
  }

  private func verdict(
    _ bytes: [UInt8], isKnown: Bool = true, isTouched: Bool = false
  ) async throws -> PoolVerdict {
    let (content, digests) = try await stored()
    let (outcome, key) = try await read(bytes)
    var staleness = try #require(key)
    if isTouched {
      staleness = StalenessKey(
        inode: staleness.inode, size: staleness.size, modified: 1, changed: 2)
    }
    return PoolVerdict(
      outcome, content: content,
      known: isKnown ? FileRecord(content: 7, staleness: staleness) : nil, row: 7,
      stored: digests)
  }

  @Test("Right bytes under the key that the ledger knows are sound")
  func sound() async throws {
    #expect(try await verdict(Self.bytes) == .sound)
  }

  @Test("Right bytes under another key are only to be noted")
  func touched() async throws {
    guard case .touched = try await verdict(Self.bytes, isTouched: true) else {
      Issue.record("expected a touched file")
      return
    }
  }

  @Test("A file that nobody verified yet is judged by the index alone")
  func unknown() async throws {
    #expect(try await verdict(Self.bytes, isKnown: false) == .sound)
  }

  @Test("Other bytes under an unchanged key are rot, and the bad pieces are known")
  func rotten() async throws {
    var bytes = Self.bytes
    bytes[20_000] ^= 1
    bytes[39_999] ^= 1
    guard case .bytes(_, let bad, let isRotten) = try await verdict(bytes) else {
      Issue.record("expected other bytes")
      return
    }
    #expect(isRotten)
    #expect(bad == [1, 2])
  }

  @Test("Other bytes under another key are no rot")
  func replaced() async throws {
    var bytes = Self.bytes
    bytes[0] ^= 1
    guard case .bytes(_, let bad, let isRotten) = try await verdict(bytes, isTouched: true) else {
      Issue.record("expected other bytes")
      return
    }
    #expect(!isRotten)
    #expect(bad == [0])
  }

  @Test("Right bytes with other pieces in the ledger are the ledger's fault")
  func pieces() async throws {
    let (content, digests) = try await stored()
    let (outcome, key) = try await read(Self.bytes)
    var wrong = digests.sha256Pieces
    wrong[40] ^= 1
    let verdict = PoolVerdict(
      outcome, content: content,
      known: FileRecord(content: 7, staleness: try #require(key)), row: 7,
      stored: ContentDigests(
        root: .zero, pieceSize: digests.pieceSize, sha256Pieces: wrong, sha1Pieces: [], layer: []))
    guard case .ledgerPieces(let found, _) = verdict else {
      Issue.record("expected wrong pieces")
      return
    }
    #expect(found.sha256Pieces == digests.sha256Pieces)
  }

  @Test("Bad pieces are named as ranges, with the bytes that they span")
  func words() {
    let bad = BadPieces(pieces: [0, 2, 3], pieceSize: .leaf, size: ByteCount(60_000))
    #expect(
      bad.description
        == "3 of 4 pieces are bad: 1 (bytes 0 to 16383), 3-4 (bytes 32768 to 59999)")
  }
}
