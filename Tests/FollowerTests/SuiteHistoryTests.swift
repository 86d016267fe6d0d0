// SPDX-License-Identifier: Apache-2.0

import ArchiveFiles
import ArchiveModel
import Foundation
import Ledger
import PackagesParser
import Testing

@testable import Follower

/// The two days of the worked example of docs/formats.md.
@Suite("The history that a piece index tells")
struct SuiteHistoryTests {
  private static let torrent = "dc92f23786706607800d56e8c23b8a1768669c15"
  private static let first = """
    Publisher: 45825156c09b4666e568484bc2f6133e
    Origin: Example
    Label: Example
    Suite: example
    Codename: example
    Architecture: all
    Generation: 1
    Created: 2026-01-01T00:00:00Z
    Piece-Size: 16384

    Release-Date: 2026-01-01T00:00:00Z
    Torrent: dc92f23786706607800d56e8c23b8a1768669c15
    Describes: upstream
    Indices:
     59f5392a56182e1fe629026acd50afe8d1441b1a5252bf1b960fe1535253713c 338 main/binary-all/Packages
    Contents: 2
    Retired-Pieces: 0
    Floor: 0
    Next-Piece: 4

    Filename: pool/main/t/tiny/note_1_all.deb
    Size: 7
    SHA256: 037279912cb60d7be67228853b057cc642443b4ce29b8a5a5bfbb68234b0b962
    Piece-Numbers: 0
    Pieces-Root: 037279912cb60d7be67228853b057cc642443b4ce29b8a5a5bfbb68234b0b962

    Filename: pool/main/t/tiny/tiny_1_all.deb
    Size: 40000
    SHA256: bffb92465a367ae6455782c925629cd696c79eeb3299b20e1db268d93ec19704
    Piece-Size: 16384
    Piece-Numbers: 1-3
    Pieces-Root: 3f99a09968f019196c6c39f5634cadee99ba43b9f460afe857cf42f48541e455
    SHA256-Pieces:
     3e3919efec61528963cb268b48bf26d7704350951b0433a6a49578d5e019a356 16384
     8ebb94d5c1ecb2e9c8c4b62f8f8302a24c8f5f1ec74120f28c2990c610cbfc9f 16384
     f3e5f8d3766872c469dee4c72642abbe04e566d542ceb09a263ebcefffd18022 7232


    """
  private static let second = """
    Release-Date: 2026-01-02T00:00:00Z
    Torrent: dc92f23786706607800d56e8c23b8a1768669c15
    Describes: upstream
    Indices:
     7dc3ee79dfc8a8954debe5dfce66ced6190a61a65a9ad8ac4289e015448f1761 338 main/binary-all/Packages
    Contents: 1
    Retired-Pieces: 1
    Floor: 1
    Next-Piece: 5

    Filename: pool/main/t/tiny/leaf_1_all.deb
    Size: 7
    SHA256: 5cce8e49a4cedcf98d4681efbf77a96869b7ff4cd82b14725ebec84ed8e36edd
    Piece-Numbers: 4
    Pieces-Root: 5cce8e49a4cedcf98d4681efbf77a96869b7ff4cd82b14725ebec84ed8e36edd

    Retired: 0

    """

  private static func release(floor: Int = 1, next: Int = 5, live: Int = 4) throws -> ReleaseFile {
    let text = """
      Origin: Example
      Suite: example
      Codename: example
      Date: Fri, 02 Jan 2026 00:00:00 UTC
      Torrents:
       \(torrent) all 1 \(floor) \(next) \(live) 2026-01-01T00:00:00Z
      SHA256:
       59f5392a56182e1fe629026acd50afe8d1441b1a5252bf1b960fe1535253713c 338 main/binary-all/Packages

      """
    return try ReleaseFile(Array(text.utf8), file: "Release")
  }

  private static func history(
    _ text: String, _ release: ReleaseFile? = nil,
    path: String = "main/binary-all/Packages-pieces"
  ) throws -> SuiteHistory {
    let file = NSTemporaryDirectory() + "pieces-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    var history = try SuiteHistory(release ?? Self.release())
    let content = ContentID(
      sha256: try .hashing(Array(text.utf8)), size: ByteCount(UInt64(text.utf8.count)))
    try history.read(
      try VerifiedFile(
        try Descriptor.open(file), compression: .none, compressedAs: content, plainAs: nil),
      path: path, content: content, members: { _ in })
    return history
  }

  /// The error that reading `text` ends with.
  private static func failure(
    _ text: String, _ release: ReleaseFile? = nil,
    path: String = "main/binary-all/Packages-pieces"
  ) throws -> ArchiveError? {
    do {
      _ = try history(text, release, path: path)
      return nil
    } catch let error as ArchiveError {
      return error
    }
  }

  @Test("knows what lives, what was given, and when it was first numbered")
  func published() throws {
    let history = try Self.history(Self.first + Self.second)
    let published = try history.published(isWhole: true)
    let id = try #require(TorrentID(hex: Self.torrent))
    #expect(published.torrents.map(\.id) == [id])
    #expect(
      published.torrents.first?.numbering
        == Numbering(floor: PieceNumber(1), next: PieceNumber(5), live: 4))
    #expect(published.given.map(\.numbers.description) == ["0", "1-3", "4"])
    #expect(published.contents.map(\.firstRelease.description).last == "2026-01-02T00:00:00Z")
    #expect(published.indices.first?.told[id] == [1, 2])
    #expect(published.indices.first?.described.first?.path == "main/binary-all/Packages")
    #expect(published.pieces.map(\.sha256.count) == [32, 96, 32])
    #expect(try history.publisher()?.id.description == "45825156c09b4666e568484bc2f6133e")
  }

  @Test(
    "is refused at its line where it contradicts itself or Release",
    arguments: [
      ("Architecture: all", "Architecture: amd64", 1, "amd64"),
      ("Contents: 2", "Contents: 3", 38, "tells of 3 contents"),
      ("Piece-Numbers: 1-3", "Piece-Numbers: 0-2", 27, "another content's"),
      ("Piece-Numbers: 1-3", "Piece-Numbers: 1-4", 27, "do not fit"),
      ("Piece-Numbers: 4\n", "Piece-Numbers: 5\n", 48, "beyond the run's next piece 5"),
      ("Piece-Numbers: 4\n", "Piece-Numbers: 3\n", 48, "another content's"),
      ("Next-Piece: 5", "Next-Piece: 6", 38, "Release says 1 and 5"),
      ("Retired: 0\n", "Retired: 2\n", 54, "number 2 retires"),
      ("Retired-Pieces: 1", "Retired-Pieces: 2", nil, "2 retired pieces"),
      ("Created: 2026-01-01", "Created: 2025-01-01", nil, "gives the id"),
    ] as [(String, String, UInt64?, String)])
  func refused(old: String, new: String, line: UInt64?, reason: String) throws {
    let text = (Self.first + Self.second).replacing(old, with: new)
    let error = try #require(try Self.failure(text))
    #expect(error.code == .data && error.reason.contains(reason), "\(error)")
    if let line { #expect(error.place?.line == line, "\(error)") }
  }

  @Test("needs the header of what Release lists, unless it is read in part")
  func header() throws {
    let empty = try SuiteHistory(try Self.release())
    #expect(throws: ArchiveError.self) { try empty.published(isWhole: true) }
    #expect(try empty.published(isWhole: false).torrents.isEmpty)
  }

  @Test("has the numbers of a component that another one has too")
  func components() throws {
    var history = try Self.history(Self.first)
    let text = Self.first
    let file = NSTemporaryDirectory() + "pieces-\(UUID().uuidString)"
    defer { try? FileManager.default.removeItem(atPath: file) }
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    let content = ContentID(
      sha256: try .hashing(Array(text.utf8)), size: ByteCount(UInt64(text.utf8.count)))
    try history.read(
      try VerifiedFile(
        try Descriptor.open(file), compression: .none, compressedAs: content, plainAs: nil),
      path: "contrib/binary-all/Packages-pieces", content: content, members: { _ in })
    let published = try history.published(isWhole: true)
    #expect(published.given.count == 2 && published.contents.count == 2)
    #expect(published.indices.count == 2)
  }
}
