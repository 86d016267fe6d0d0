// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture

/// A torrent whose only way to peers is one tracker.
struct TrackedTorrent {
  private static let pieceSize = 256 << 10

  /// The .torrent file.
  let path: String
  /// The info hash, percent-encoded.
  let query: String
  /// What it is of: a file's bytes, or each file's.
  let files: [String: [UInt8]]

  /// Private (BEP 27), so that clients ask nobody else, whatever their defaults are.
  ///
  /// - Parameters:
  ///   - files: Bytes by name; below a directory `data` where there are several.
  ///   - url: The tracker's announce URL.
  /// - Throws: `FixtureError` when it cannot be made.
  init(_ files: [String: [UInt8]], announce url: String) throws {
    let directory = try Scratch.directory("torrent")
    path = "\(directory)/t.torrent"
    self.files = files
    try Self.write(files, below: directory)
    let name = files.count == 1 ? files.keys.first ?? "" : "data"
    try Command(
      "transmission-create", "--private", "--piecesize", "\(Self.pieceSize >> 10)",
      "--tracker", url, "--outfile", path, "\(directory)/\(name)"
    ).check()
    let show = try Command("transmission-show", path).check()
    let hash = String(decoding: show, as: UTF8.self).split(separator: "\n")
      .first { $0.contains("Hash: ") }?.suffix(40)
    guard let hash else { throw FixtureError("no info hash: \(path)") }
    query = stride(from: 0, to: 40, by: 2).map { "%" + hash.dropFirst($0).prefix(2) }.joined()
  }

  /// Writes all files to where a client looks for them.
  static func write(_ files: [String: [UInt8]], below directory: String) throws {
    for (name, bytes) in files { try Files.write(bytes, to: "\(directory)/\(name)") }
  }

  /// Bytes of several pieces, without order.
  static func bytes(pieces: Int) throws -> [UInt8] {
    try Command("head", "--bytes=\(pieces * pieceSize)", "/dev/urandom").check()
  }
}
