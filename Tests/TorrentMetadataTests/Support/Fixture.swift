// SPDX-License-Identifier: Apache-2.0

import Foundation
import TorrentMetadata

/// The torrents that Fixtures/make-fixtures.py had other programs make.
enum Fixture {
  static let date: Int64 = 1_747_467_882
  static let trackers = ["http://tracker.example/announce", "udp://tracker.example:6969"]
  static let seed = "http://mirror.example/debian/"
  static let pieceLength: UInt64 = 32 << 10
  static let single = TestFile("g++ ~1%2b ä.deb", 3 * Int(pieceLength) + 5)
  /// In the order of a file tree.
  static let set = [
    TestFile("a/empty", 0), TestFile("a/y.deb", 3 * Int(pieceLength) + 5),
    TestFile("a/z.deb", Int(pieceLength)), TestFile("a-b/x +~1%.deb", 20000),
    TestFile("ä.deb", 1),
  ]

  static func bytes(_ name: String) throws -> [UInt8] {
    let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .deletingLastPathComponent()
    return Array(
      try Data(contentsOf: directory.appendingPathComponent("Fixtures/\(name).torrent")))
  }

  static func metainfo(_ name: String) throws -> Metainfo {
    try Metainfo(bytes(name), name: name)
  }

  /// The bytes of the info dictionary in a fixture.
  static func info(_ name: String) throws -> [UInt8] {
    try BencodeDocument(bytes(name), name: name).root["info"].map { Array($0.raw) } ?? []
  }
}
