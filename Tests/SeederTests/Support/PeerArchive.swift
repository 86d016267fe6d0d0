// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Ledger
import Logging
import Seeder
import Testing

/// A ledger that knows the small and the large package of a `TestArchive`, both numbered, and a
/// seeder's configuration with it.
struct PeerArchive {
  static let small = TestArchive.package
  static let large = TestArchive.large
  static let largePieceSize: UInt64 = 512 << 10

  let archive: TestArchive
  let state: String
  /// Of the v1 torrents.
  let smallHash: [UInt8]
  let largeHash: [UInt8]
  /// Of the v2 torrent of the large file, cut to 20 bytes, and the root of its hash tree.
  let largeV2Hash: [UInt8]
  let largeRoot: [UInt8]
  /// The numbered torrent: number 0 is the small file, 1 and up are the large one's.
  let torrentID: [UInt8]

  init(_ archive: TestArchive) throws {
    self.archive = archive
    state = "\(archive.directory)/state"
    try FileManager.default.createDirectory(
      atPath: state, withIntermediateDirectories: true)
    let small = try Self.verified(Self.small, Self.smallKnown.get(), archive)
    let large = try Self.verified(Self.large, Self.largeKnown.get(), archive)
    largeRoot = large.digests.root.bytes
    torrentID = try Self.fill(state, archive, [small, large])
    smallHash = try Self.sha1(Self.info(small))
    largeHash = try Self.sha1(Self.info(large))
    largeV2Hash = Array(try SHA256Digest.hashing(Self.infoV2(large)).bytes.prefix(20))
  }

  private static func fill(
    _ state: String, _ archive: TestArchive, _ files: [VerifiedContent]
  ) throws -> [UInt8] {
    var random = SystemRandomNumberGenerator()
    let ledger = try Ledger(directory: state, using: &random)
    let row = try ledger.archive(path: archive.root("archive").path)
    let rows = try ledger.remember(files, archive: row)
    let suite = try ledger.suite(origin: "Test", name: "sid")
    let torrent = try ledger.beginGeneration(
      TorrentHeader(
        publisher: ledger.publisher, origin: "Test", label: nil, suite: "sid", codename: "sid",
        architecture: "amd64", generation: 1, created: ArchiveDate(seconds: 5),
        pieceSize: .defaultBase), suite: suite)
    var changes = NumberChanges(releaseDate: ArchiveDate(seconds: 5))
    var next: UInt32 = 0
    for (file, row) in zip(files, rows) {
      let count = file.digests.pieceSize.pieceCount(of: file.content.size)
      changes.given.append(
        NumberChanges.Given(
          content: row, torrent: torrent.row,
          numbers: try #require(PieceNumberRange(first: PieceNumber(next), count: count))))
      next += count
    }
    changes.torrents = [
      (
        row: torrent.row,
        numbering: Numbering(floor: PieceNumber(0), next: PieceNumber(next), live: UInt64(next))
      )
    ]
    try ledger.commit(changes, suite: suite)
    return torrent.id.bytes
  }

  /// Has the ledger know the small file as it is at `path`, which is to take its place.
  func remember(smallAt path: String) throws {
    var random = SystemRandomNumberGenerator()
    let ledger = try Ledger(directory: state, using: &random)
    let known = try Self.smallKnown.get()
    let status = try archive.root("archive").status(ArchivePath(path))
    _ = try ledger.remember(
      [
        VerifiedContent(
          path: try ArchivePath(Self.small), content: known.content, digests: known.digests,
          staleness: try #require(status))
      ], archive: try ledger.archive(path: archive.root("archive").path))
  }

  /// What a run of `hash` finds out of a file, by plain digests.
  private struct Known: Sendable {
    let content: ContentID
    let digests: ContentDigests

    init(_ bytes: [UInt8], _ pieceSize: PieceSize) throws {
      let size = Int(pieceSize.rawValue)
      let leaves = try PeerArchive.chunks(bytes, 16384).map {
        try SHA256Digest.hashing(Array($0)).bytes
      }
      let perPiece = size / 16384
      var layer: [UInt8] = []
      if bytes.count > size {
        for start in stride(from: 0, to: leaves.count, by: perPiece) {
          let piece = leaves[start..<min(leaves.count, start + perPiece)].flatMap(\.self)
          layer += PeerArchive.root(piece, leaves: perPiece)
        }
      }
      var width = 1
      while width < leaves.count { width *= 2 }
      content = ContentID(
        sha256: try SHA256Digest.hashing(bytes), size: ByteCount(UInt64(bytes.count)))
      digests = ContentDigests(
        root: try #require(SHA256Digest(PeerArchive.root(leaves.flatMap(\.self), leaves: width))),
        pieceSize: pieceSize, sha256Pieces: [],
        sha1Pieces: try PeerArchive.chunks(bytes, size).flatMap { try PeerArchive.sha1(Array($0)) },
        layer: layer)
    }
  }

  // The same for all tests.
  private static let smallKnown = Result {
    try Known(Array(TestArchive.packageBytes), .defaultBase)
  }
  private static let largeKnown = Result {
    try Known([UInt8](repeating: 0, count: TestArchive.largeSize), .defaultBase)
  }

  private static func verified(
    _ path: String, _ known: Known, _ archive: TestArchive
  ) throws -> VerifiedContent {
    VerifiedContent(
      path: try ArchivePath(path), content: known.content, digests: known.digests,
      staleness: try #require(try archive.root("archive").status(ArchivePath(path))))
  }

  private static func chunks(_ bytes: [UInt8], _ size: Int) -> [ArraySlice<UInt8>] {
    stride(from: 0, to: bytes.count, by: size).map { bytes[$0..<min(bytes.count, $0 + size)] }
  }

  /// The root over leaves, padded to `count` of them.
  private static func root(_ nodes: [UInt8], leaves count: Int) -> [UInt8] {
    var nodes = nodes + [UInt8](repeating: 0, count: count * 32 - nodes.count)
    while nodes.count > 32 {
      nodes = chunks(nodes, 64).flatMap { (try? SHA256Digest.hashing(Array($0)).bytes) ?? [] }
    }
    return nodes
  }

  static func sha1(_ bytes: [UInt8]) throws -> [UInt8] {
    var digest = try StreamDigest(.sha1)
    bytes.withUnsafeBytes { digest.update($0) }
    return digest.finish()
  }

  /// The info dictionary of BEP 3, spelt out.
  static func info(_ file: VerifiedContent) -> [UInt8] {
    let pieces = file.digests.sha1Pieces
    return Array("d6:lengthi\(file.content.size)e4:name".utf8) + string(file.path.name)
      + Array("12:piece lengthi\(file.digests.pieceSize)e6:pieces\(pieces.count):".utf8) + pieces
      + Array("e".utf8)
  }

  /// That of BEP 52.
  private static func infoV2(_ file: VerifiedContent) -> [UInt8] {
    Array("d9:file treed".utf8) + string(file.path.name)
      + Array("d0:d6:lengthi\(file.content.size)e11:pieces root32:".utf8) + file.digests.root.bytes
      + Array("eee12:meta versioni2e4:name".utf8) + string(file.path.name)
      + Array("12:piece lengthi\(file.digests.pieceSize)ee".utf8)
  }

  private static func string(_ text: String) -> [UInt8] {
    Array("\(text.utf8.count):\(text)".utf8)
  }
}

/// Runs `body` against a seeder that listens for peers, once it knows its torrents.
func withPeerSeeder(
  limits: SeederLimits = SeederLimits(), sampleInterval: Duration = .seconds(60),
  logger: Logger? = nil, _ body: (PeerArchive, _ port: UInt16, RunningSeeder) async throws -> Void
) async throws {
  let archive = try TestArchive()
  let known = try PeerArchive(archive)
  try await withSeeder(limits: limits, logger: logger) { configuration in
    configuration.sampleInterval = sampleInterval
    configuration.archive = try archive.root("archive")
    configuration.state = known.state
    configuration.peers = [try ListenAddress("127.0.0.1:0")]
    configuration.admin = try ListenAddress("127.0.0.1:0")
  } _: { seeder in
    let port = try #require(seeder.addresses[1].split(separator: ":").last.flatMap { UInt16($0) })
    // Five hashes a file: its torrents, and its root.
    while try await seeder.metric("peer_info_hashes") < 10 {
      try await Task.sleep(for: .milliseconds(20))
    }
    try await body(known, port, seeder)
  }
}

extension RunningSeeder {
  /// What the admin listener says of a metric without labels, or with those given.
  func metric(_ name: String) async throws -> Int {
    let admin = try #require(addresses.last)
    let page = try await curl(url: "http://\(admin)/metrics").text
    let line = page.split(separator: "\n").first { $0.hasPrefix("archive_tool_\(name) ") }
    return line.flatMap { $0.split(separator: " ").last }.flatMap { Int($0) } ?? 0
  }

  /// Waits until no more than `most` peers are connected.
  func waitForPeers(atMost most: Int) async throws {
    while try await metric("peer_connections") > most {
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
