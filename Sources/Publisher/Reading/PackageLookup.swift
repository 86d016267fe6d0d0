// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
package import Ledger
internal import PackagesParser

/// What is known and published of one file of a package; `show` prints it.
package struct PackageDetails: Codable, Sendable {
  /// One piece, hashed and sized.
  package struct Piece: Codable, Sendable {
    /// Nil where the ledger has no number for the content yet.
    package var number: UInt32?
    package var size: UInt64
    /// Nil where it was not computed, like the next.
    package var sha256: String?
    package var sha1: String?
  }

  package var package: String
  package var architecture: String
  package var suite: String
  package var filename: String
  package var size: UInt64
  package var sha256: String
  /// Of the numbered torrent, and which of its generations.
  package var torrent: String?
  package var generation: Int?
  package var pieceNumbers: String?
  package var pieceSize: UInt64?
  package var piecesRoot: String?
  package var pieces: [Piece] = []
  /// The piece index and the extended index, relative to the output tree.
  package var publishedIn: [String] = []
}

/// Finds packages by name in a suite, and what the ledger says of them.
package struct PackageLookup: Sendable {
  private let reader: SuiteReader
  private let ledger: Ledger

  /// Looks in `reader`'s suite.
  package init(reader: SuiteReader, ledger: Ledger) {
    self.reader = reader
    self.ledger = ledger
  }

  /// Every file of the packages called `name`, each once.
  ///
  /// - Throws: `ArchiveError` when indices or ledger cannot be read.
  package func details(of name: String) throws -> [PackageDetails] {
    var found: [PackageFile] = []
    var seen: Set<String> = []
    try reader.forEachFile { file in
      guard file.package == name, seen.insert("\(file.path) \(file.content)").inserted else {
        return
      }
      found.append(file)
    }
    var torrents: [TorrentRecord] = []
    if let name = reader.release.ledgerName,
      let suite = try ledger.findSuite(origin: reader.release.origin ?? "", name: name)
    {
      torrents = try ledger.torrents(of: suite).filter { $0.superseded == nil }
    }
    return try found.map { try details(of: $0, torrents) }
  }

  private func details(
    of file: PackageFile, _ torrents: [TorrentRecord]
  ) throws -> PackageDetails {
    var details = PackageDetails(
      package: file.package, architecture: file.architecture, suite: reader.directory.name,
      filename: file.path.string, size: file.content.size.rawValue,
      sha256: file.content.sha256.description)
    guard let torrent = torrents.first(where: { $0.architecture == file.architecture }),
      let numbers = try ledger.numbers(of: file.content, in: torrent)
    else { return details }
    let size = PieceSize.forFile(of: file.content.size, base: torrent.base)
    guard let stored = try ledger.digests(of: file.content, pieceSize: size)?.digests else {
      return details
    }
    details.torrent = torrent.id.description
    details.generation = torrent.generation
    details.pieceNumbers = numbers.description
    details.pieceSize = size.rawValue
    if stored.root != .zero { details.piecesRoot = stored.root.description }
    details.pieces = Self.pieces(stored, numbers, file.content.size)
    let dists = "dists/\(reader.directory.name)"
    details.publishedIn = [
      "\(dists)/\(file.location.path)",
      "\(dists)/\(file.location.pieceIndexPath(for: file.architecture)).gz",
    ]
    return details
  }

  private static func pieces(
    _ stored: ContentDigests, _ numbers: PieceNumberRange, _ size: ByteCount
  ) -> [PackageDetails.Piece] {
    (0..<Int(numbers.count)).map { index in
      let start = UInt64(index) * stored.pieceSize.rawValue
      return PackageDetails.Piece(
        number: numbers.first.rawValue + UInt32(index),
        size: min(stored.pieceSize.rawValue, size.rawValue - start),
        sha256: digest(index, of: stored.sha256Pieces, 32),
        sha1: digest(index, of: stored.sha1Pieces, 20))
    }
  }

  private static func digest(_ index: Int, of all: [UInt8], _ length: Int) -> String? {
    all.isEmpty ? nil : Hex.string(all[index * length..<(index + 1) * length])
  }
}
