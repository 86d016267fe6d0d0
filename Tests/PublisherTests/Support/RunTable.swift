// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import PackagesParser
import Testing

@testable import Ledger
@testable import Publisher

/// What a run found of one torrent, put together by hand.
struct RunTable {
  var contents = Contents()
  var names: [Int32: [ArchivePath]] = [:]
  var settings = SuiteSettings()
  private var rows: RowID = 0

  init(_ numbering: Numbering = Numbering(), isComplete: Bool = true) throws {
    var torrent = RunTorrent(architecture: "amd64", base: .leaf)
    torrent.numbering = numbering
    torrent.isComplete = isComplete
    torrent.record = try torrentRecord(numbering: numbering)
    contents.add(torrent)
  }

  /// A content that the ledger has numbered, at `pool/<name>`.
  @discardableResult
  mutating func old(
    _ name: String, _ numbers: PieceNumberRange, isSeen: Bool = true, isRetired: Bool = false,
    verdict: FileVerdict = .verified
  ) throws -> Int32 {
    rows += 1
    let id = try content(name, size: UInt64(numbers.count) * PieceSize.leaf.rawValue)
    contents.add(
      NumberedContent(
        row: rows, content: id, root: .zero, numbers: numbers, isRetired: isRetired), torrent: 0)
    let position = contents.position(of: id, torrent: 0)
    contents.all[Int(position)].isSeen = isSeen
    if isSeen { try found("pool/\(name)", position, verdict) }
    return position
  }

  /// A content that no torrent has numbered, at `paths`.
  @discardableResult
  mutating func new(
    _ name: String, at paths: [(String, FileVerdict)], pieces: UInt64 = 1
  ) throws -> Int32 {
    let id = try content(name, size: pieces * PieceSize.leaf.rawValue)
    let position = contents.position(of: id, torrent: 0)
    contents.all[Int(position)].isSeen = true
    for (path, verdict) in paths { try found(path, position, verdict) }
    return position
  }

  /// A content that no torrent has numbered, at `pool/<name>`.
  @discardableResult
  mutating func new(_ name: String, pieces: UInt64 = 1) throws -> Int32 {
    try new(name, at: [("pool/\(name)", .verified)], pieces: pieces)
  }

  private mutating func found(_ path: String, _ position: Int32, _ verdict: FileVerdict) throws {
    names[position, default: []].append(try ArchivePath(path))
    let bytes = Array(path.utf8)
    bytes.withUnsafeBytes { contents.set(verdict, $0, position) }
  }

  func plan() throws -> NumberPlan {
    try NumberPlan(contents: contents, names: names, settings: settings)
  }
}

/// A generation as the ledger would have it.
func torrentRecord(
  _ architecture: String = "amd64", generation: Int = 1, numbering: Numbering = Numbering(),
  superseded: ArchiveDate? = nil
) throws -> TorrentRecord {
  let id = try SHA256Digest.hashing(Array("\(architecture) \(generation)".utf8))
  return TorrentRecord(
    row: RowID(generation), id: TorrentID(headerDigest: id), architecture: architecture,
    generation: generation, header: Array("Architecture: \(architecture)\n".utf8), base: .leaf,
    created: ArchiveDate(seconds: 1_747_473_411), numbering: numbering, superseded: superseded)
}
