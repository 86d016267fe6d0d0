// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser
import TorrentMetadata

@testable import SwarmClient

/// Packages of noise, numbered one after the other in one torrent.
struct Sample {
  let files: [PackageFile]
  let contents: [[UInt8]]

  static let pieceSize = PieceSize(rawValue: 64 << 10) ?? .leaf

  private static let header = SHA256Digest.zero

  static let torrent = ReleasedTorrent(
    id: TorrentID(headerDigest: header), architecture: "amd64", generation: 1,
    floor: PieceNumber(0), next: PieceNumber(1000), live: 1000,
    created: ArchiveDate(seconds: 1_700_000_000))

  /// Files of so many bytes each.
  init(
    _ sizes: [Int], pieceSize: PieceSize = Sample.pieceSize, webSeed: String? = nil
  ) throws {
    var files: [PackageFile] = []
    var contents: [[UInt8]] = []
    var next: UInt32 = 10
    for (index, size) in sizes.enumerated() {
      let content = Self.noise(size, seed: UInt64(index))
      let file = try Self.file(
        "pool/p\(index).deb", content, pieceSize, first: next,
        webSeeds: webSeed.flatMap { AbsoluteURL("\($0)/pool/p\(index).deb") }.map { [$0] } ?? [])
      next += UInt32(file.pieces.count) + 1
      files.append(file)
      contents.append(content)
    }
    self.files = files
    self.contents = contents
  }

  /// Files of so many bytes each, of which nobody needs the bytes.
  static func unread(_ sizes: [Int]) throws -> [PackageFile] {
    var next: UInt32 = 0
    return try sizes.enumerated().map { index, size in
      let size = ByteCount(UInt64(size))
      let count = pieceSize.pieceCount(of: size)
      defer { next += count }
      let hash = try SHA256Digest.hashing([UInt8(index)])
      let id = ContentID(sha256: hash, size: size)
      return PackageFile(
        package: "p\(index)", version: "1", architecture: "amd64",
        path: try ArchivePath("pool/p\(index).deb"), content: id,
        pieces: PieceTable(
          of: id, pieceSize: pieceSize, hashes: Array(repeating: hash, count: Int(count)),
          root: nil),
        numbering: PieceNumberRange(first: PieceNumber(next), count: count)
          .map { PieceNumbering(torrent: torrent, numbers: $0) })
    }
  }

  private static func file(
    _ path: String, _ content: [UInt8], _ pieceSize: PieceSize, first: UInt32,
    webSeeds: [AbsoluteURL]
  ) throws -> PackageFile {
    let size = ByteCount(UInt64(content.count))
    let length = Int(pieceSize.rawValue)
    let pieces = stride(from: 0, to: content.count, by: length).map {
      Array(content[$0..<min($0 + length, content.count)])
    }
    let hashes = try pieces.map { try SHA256Digest.hashing($0) }
    let id = ContentID(sha256: try SHA256Digest.hashing(content), size: size)
    let root = try root(content)
    let table = PieceTable(of: id, pieceSize: pieceSize, hashes: hashes, root: root)
    let numbers = PieceNumberRange(first: PieceNumber(first), count: UInt32(pieces.count))
    return PackageFile(
      package: path, version: "1", architecture: "amd64", path: try ArchivePath(path), content: id,
      pieces: table, numbering: numbers.map { PieceNumbering(torrent: torrent, numbers: $0) },
      webSeeds: webSeeds)
  }

  /// The root of BEP 52, in the plainest way.
  static func root(_ content: [UInt8]) throws -> SHA256Digest {
    var layer = try stride(from: 0, to: content.count, by: 16 << 10).map {
      try SHA256Digest.hashing(Array(content[$0..<min($0 + (16 << 10), content.count)]))
    }
    var width = 1
    while width < layer.count { width *= 2 }
    layer += Array(repeating: .zero, count: width - layer.count)
    while layer.count > 1 {
      layer = try stride(from: 0, to: layer.count, by: 2).map {
        try SHA256Digest.hashing(layer[$0].bytes + layer[$0 + 1].bytes)
      }
    }
    return layer[0]
  }

  static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
    var state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 56)
    }
  }
}
