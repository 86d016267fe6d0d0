// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Ledger
import StandardObjects
import Testing
import TorrentMetadata

/// An archive on disk whose files were hashed: pieces of 16 KiB.
struct Sample: ~Copyable {
  let directory: String
  let root: ArchiveRoot
  private(set) var files: [SingleFile] = []

  init() throws {
    directory = NSTemporaryDirectory() + "objects-\(UUID().uuidString)"
    try FileManager.default.createDirectory(
      atPath: directory, withIntermediateDirectories: true)
    root = try ArchiveRoot(path: directory)
  }

  deinit { try? FileManager.default.removeItem(atPath: directory) }

  /// Adds a file of `size` bytes that follow from its path.
  @discardableResult
  mutating func add(_ path: String, size: Int) throws -> SingleFile {
    var state = UInt64(path.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) })
    let bytes = (0..<size).map { _ -> UInt8 in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return UInt8(truncatingIfNeeded: state >> 33)
    }
    let url = URL(fileURLWithPath: directory + "/" + path)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
    let file = SingleFile(path: try ArchivePath(path), stored: try Self.stored(bytes))
    files.append(file)
    return file
  }

  static func stored(_ bytes: [UInt8]) throws -> StoredContent {
    let length = Int(PieceSize.leaf.rawValue)
    let starts = stride(from: 0, to: bytes.count, by: length)
    let pieces = starts.map { Array(bytes[$0..<min($0 + length, bytes.count)]) }
    let leaves = try pieces.flatMap { try SHA256Digest.hashing($0).bytes }
    var layers = try PieceLayer()
    return StoredContent(
      content: ContentID(sha256: try .hashing(bytes), size: ByteCount(UInt64(bytes.count))),
      firstRelease: ArchiveDate(seconds: 1_700_000_000),
      digests: ContentDigests(
        root: layers.root(of: leaves, pieceSize: .leaf) ?? .zero, pieceSize: .leaf,
        sha256Pieces: leaves, sha1Pieces: try pieces.flatMap { try sha1($0) },
        // A piece of one leaf: the layer is that of the leaves.
        layer: pieces.count > 1 ? leaves : []))
  }

  static func sha1(_ bytes: [UInt8]) throws -> [UInt8] {
    var digest = try StreamDigest(.sha1)
    bytes.withUnsafeBytes { digest.update($0) }
    return digest.finish()
  }
}

/// Addresses as an operator would give them.
func addresses() throws -> ObjectAddresses {
  var addresses = ObjectAddresses()
  addresses.trackers = [[try #require(AbsoluteURL("http://tracker.example/announce"))]]
  addresses.webSeeds = [try #require(AbsoluteURL("http://mirror.example/debian/"))]
  return addresses
}

/// The error that `body` ends with, nil when it ends well.
func failure(of body: () throws -> Void) -> ArchiveError? {
  do {
    try body()
    return nil
  } catch {
    return error as? ArchiveError
  }
}
