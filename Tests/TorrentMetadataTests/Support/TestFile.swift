// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import TorrentMetadata

/// A file of noise that depends on its size alone, with hashes computed in the plainest way.
struct TestFile: Sendable {
  let name: String
  let content: [UInt8]

  init(_ name: String, _ size: Int) {
    self.name = name
    content = Self.noise(size)
  }

  /// As in make-fixtures.py.
  static func noise(_ size: Int) -> [UInt8] {
    var state = UInt64(size)
    var bytes: [UInt8] = []
    while bytes.count < size {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      withUnsafeBytes(of: UInt32(state >> 32).littleEndian) { bytes += $0 }
    }
    return Array(bytes.prefix(size))
  }

  var size: ByteCount { ByteCount(UInt64(content.count)) }

  /// SHA-1 of each piece, one after the other.
  static func sha1Pieces(_ bytes: [UInt8], length: Int) throws -> [UInt8] {
    var digest = try StreamDigest(.sha1)
    return stride(from: 0, to: bytes.count, by: length).flatMap { start in
      bytes[start..<min(start + length, bytes.count)].withUnsafeBytes { digest.update($0) }
      return digest.finish()
    }
  }

  /// The nodes over 16 KiB leaves, up from the level of `length` where there are several.
  func layer(length: Int) throws -> [UInt8] {
    guard content.count > length else { return [] }
    let nodes = stride(from: 0, to: content.count, by: length).map { start in
      (start, min(start + length, content.count))
    }
    return try nodes.flatMap { try Self.tree(Array(content[$0..<$1]), leaves: length >> 14) }
  }

  /// The root of the whole file.
  func root() throws -> SHA256Digest? {
    guard !content.isEmpty else { return nil }
    var leaves = 1
    while leaves << 14 < content.count { leaves *= 2 }
    return SHA256Digest(try Self.tree(content, leaves: leaves))
  }

  private static func tree(_ bytes: [UInt8], leaves: Int) throws -> [UInt8] {
    var nodes = try (0..<leaves).map { index in
      let start = index << 14
      guard start < bytes.count else { return SHA256Digest.zero.bytes }
      return try SHA256Digest.hashing(Array(bytes[start..<min(start + 1 << 14, bytes.count)])).bytes
    }
    while nodes.count > 1 {
      nodes = try stride(from: 0, to: nodes.count, by: 2).map {
        try SHA256Digest.hashing(nodes[$0] + nodes[$0 + 1]).bytes
      }
    }
    return nodes[0]
  }

  func draft(length: Int) throws -> TorrentDraft.File {
    try TorrentDraft.File(
      path: ArchivePath(name), size: size, root: root(), layer: layer(length: length))
  }
}
