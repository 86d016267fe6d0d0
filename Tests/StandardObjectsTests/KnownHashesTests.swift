// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Ledger
import StandardObjects
import Testing
import TorrentMetadata

@Suite("Every info hash that may be asked for")
struct KnownHashesTests {
  @Test("all forms under all names, numbered contents alone")
  func all() throws {
    var sample = try Sample()
    let file = try sample.add("pool/a_1.deb", size: 40_000)
    let unnumbered = try sample.add("pool/b_1.deb", size: 10)
    var generator = SystemRandomNumberGenerator()
    let ledger = try Ledger(inMemoryUsing: &generator)
    let archive = try ledger.archive(path: sample.directory)
    let suite = try ledger.suite(origin: "Test", name: "sid")
    let rows = try ledger.remember(
      [
        Self.verified(file, "pool/a_1.deb"), Self.verified(file, "pool/copy/a_1.deb"),
        Self.verified(file, "pool/other-name.deb"), Self.verified(unnumbered, "pool/b_1.deb"),
      ], archive: archive)
    let torrent = try ledger.beginGeneration(
      TorrentHeader(
        publisher: ledger.publisher, origin: "Test", label: nil, suite: "sid", codename: "sid",
        architecture: "amd64", generation: 1, created: ArchiveDate(seconds: 5), pieceSize: .leaf),
      suite: suite)
    var changes = NumberChanges(releaseDate: ArchiveDate(seconds: 5))
    changes.given = [
      NumberChanges.Given(
        content: rows[0], torrent: torrent.row,
        numbers: try #require(PieceNumberRange(first: PieceNumber(0), count: 3)))
    ]
    try ledger.commit(changes, suite: suite)

    var found: [String: Set<InfoHash>] = [:]
    try KnownHashes.forEach(in: ledger) { entry in
      found[entry.path, default: []].insert(entry.hash)
      let named = SingleFile(path: try ArchivePath(entry.path), stored: entry.stored)
      #expect(try named.wireHashes(entry.form).contains(entry.hash))
      #expect(try Self.wireHashes(of: named.info(entry.form), entry.form).contains(entry.hash))
    }

    let other = SingleFile(path: try ArchivePath("pool/other-name.deb"), stored: file.stored)
    #expect(
      found == [
        "pool/a_1.deb": Set(try TorrentForm.allCases.flatMap { try file.wireHashes($0) }),
        "pool/other-name.deb": Set(try TorrentForm.allCases.flatMap { try other.wireHashes($0) }),
      ])
    #expect(found.values.allSatisfy { $0.count == 4 })
  }

  /// By the definitions of BEP 3 and BEP 52.
  private static func wireHashes(of info: [UInt8], _ form: TorrentForm) throws -> [InfoHash] {
    var hashes: [InfoHash] = []
    if form.hasV1 {
      var digest = try StreamDigest(.sha1)
      info.withUnsafeBytes { digest.update($0) }
      hashes.append(try #require(InfoHash(bytes: digest.finish())))
    }
    if form.hasV2 { hashes.append(InfoHash(truncating: try SHA256Digest.hashing(info))) }
    return hashes
  }

  private static func verified(_ file: SingleFile, _ path: String) throws -> VerifiedContent {
    VerifiedContent(
      path: try ArchivePath(path), content: file.stored.content, digests: file.stored.digests,
      staleness: StalenessKey(inode: 1, size: file.stored.content.size, modified: 1, changed: 1))
  }
}
