// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture
import Foundation
import Testing

/// What `--json` prints, as far as it is promised.
struct Report: Decodable {
  struct Suite: Decodable {
    struct Torrent: Decodable {
      let id: String
      let architecture: String
      let generation: Int
      let floor: Int
      let nextPiece: Int
      let livePieces: Int
    }

    struct Index: Decodable {
      let path: String
      let stanzas: Int
      let plainBefore: Int
      let plainAfter: Int
      let before: [String: Int]
      let after: [String: Int]
    }

    struct Objects: Decodable {
      struct Coverage: Decodable {
        let files: Int
        let allFiles: Int
        let bytes: UInt64
        let allBytes: UInt64
        let downloadShare: Double?
      }

      let coverage: Coverage
      let byteShare: Double
      let made: Int
      let lacking: Int
    }

    let suite: String
    let releaseDate: String
    let dryRun: Bool
    let indicesRead: Int
    let indicesAbsent: [String]
    let files: Int
    let bytes: Int
    let filesHashed: Int
    let bytesHashed: Int
    let contentsNumbered: Int
    let piecesNumbered: Int
    let contentsRevived: Int
    let contentsRetired: Int
    let newGenerations: [String]
    let filesMissing: Int
    let missing: [String]
    let problems: [String]
    let torrents: [Torrent]
    let indices: [Index]
    let objects: Objects?
    let published: Bool
    let output: String
    let status: Int
  }

  let suites: [Suite]
  let error: String?
}

extension ArchiveFixture {
  /// Runs with `--json` and returns what it says.
  func report(
    _ arguments: String..., status: Int32 = 0, at place: SourceLocation = #_sourceLocation
  ) throws -> Report {
    let outcome = try hashCommand(["--json"] + arguments).run()
    #expect(outcome.status == status, "\(outcome)", sourceLocation: place)
    return try JSONDecoder().decode(Report.self, from: Data(outcome.bytes))
  }

  /// Lists the pool anew, in a Release of a later day.
  func republish(days: Int = 1) throws {
    try scan()
    release.advance(days: days)
    try publish()
  }
}
