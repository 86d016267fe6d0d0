// SPDX-License-Identifier: Apache-2.0

internal import ArchiveFiles
internal import ArchiveModel
internal import Ledger
internal import TorrentMetadata

/// The SHA-1 pieces of a set: those of whole pieces from the ledger, the others from the pool.
///
/// What is read is checked against the SHA-256 of the piece of the file that it lies in, so no
/// digest is made of bytes that the archive's index does not vouch for.
struct SetPieces: ~Copyable {
  private let files: [SingleFile]
  private let layout: TorrentLayout
  private let root: ArchiveRoot
  private var sha1: StreamDigest
  /// The piece that was read last: the next one mostly begins in it.
  private var buffer: [UInt8] = []
  private var loaded: (file: Int, piece: Int)?
  private var descriptor: Descriptor?
  private var opened: Int?

  init(files: [SingleFile], layout: TorrentLayout, root: ArchiveRoot) throws(ArchiveError) {
    self.files = files
    self.layout = layout
    self.root = root
    sha1 = try StreamDigest(.sha1)
  }

  /// 20 bytes a piece.
  ///
  /// - Throws: `ArchiveError` when a file is missing, or not what the ledger says.
  mutating func digests() throws(ArchiveError) -> [UInt8] {
    let stored = files.map(\.stored.digests.pieceSize)
    var digests: [UInt8] = []
    digests.reserveCapacity(layout.pieceCount * 20)
    for index in 0..<layout.pieceCount {
      switch layout.source(of: index, stored: stored) {
      case .stored(let file, let piece):
        digests += files[file].stored.digests.sha1Pieces[piece * 20..<(piece + 1) * 20]
      case .data(let segments):
        for segment in segments { try update(segment) }
        digests += sha1.finish()
      }
    }
    return digests
  }

  private mutating func update(_ segment: TorrentLayout.Segment) throws(ArchiveError) {
    guard let file = segment.file else { return zeros(segment.range.count) }
    let length = files[file].stored.digests.pieceSize.rawValue
    var offset = segment.range.lowerBound
    while offset < segment.range.upperBound {
      let piece = offset / length
      try load(file, Int(piece))
      let end = min(segment.range.upperBound, (piece + 1) * length)
      buffer.withUnsafeBytes { bytes in
        let range = Int(offset - piece * length)..<Int(end - piece * length)
        sha1.update(UnsafeRawBufferPointer(rebasing: bytes[range]))
      }
      offset = end
    }
  }

  private mutating func zeros(_ count: Int) {
    [UInt8](repeating: 0, count: count).withUnsafeBytes { sha1.update($0) }
  }

  /// Reads a piece of a file as the ledger knows it, and checks it.
  private mutating func load(_ file: Int, _ piece: Int) throws(ArchiveError) {
    if let loaded, loaded == (file, piece) { return }
    loaded = nil
    let (path, stored) = (files[file].path, files[file].stored)
    if opened != file {
      descriptor = try root.open(path)
      opened = file
    }
    let length = stored.digests.pieceSize.rawValue
    let start = UInt64(piece) * length
    let count = Int(min(length, stored.content.size.rawValue - start))
    if buffer.count != count { buffer = [UInt8](repeating: 0, count: count) }
    guard descriptor != nil else {
      throw ArchiveError(
        .noInput, "the file is missing", at: ArchiveError.Place(file: root.absolute(path)))
    }
    let read = try read(at: start)
    guard read == count, try SHA256Digest.hashing(buffer) == (try expected(stored, piece, path))
    else {
      throw ArchiveError(
        .data, "not what the archive's index says it is",
        at: ArchiveError.Place(file: root.absolute(path), offset: start),
        advice: "restore the file from upstream, then run archive-tool hash")
    }
    loaded = (file, piece)
  }

  private mutating func read(at offset: UInt64) throws(ArchiveError) -> Int {
    let outcome = buffer.withUnsafeMutableBytes { bytes in
      Result { () throws(ArchiveError) in
        try descriptor?.readFully(into: bytes, at: offset) ?? 0
      }
    }
    return try outcome.get()
  }

  private func expected(
    _ stored: StoredContent, _ piece: Int, _ path: ArchivePath
  ) throws(ArchiveError) -> SHA256Digest {
    if stored.content.size.rawValue <= stored.digests.pieceSize.rawValue {
      return stored.content.sha256
    }
    let pieces = stored.digests.sha256Pieces
    guard pieces.count >= (piece + 1) * 32,
      let digest = SHA256Digest(Array(pieces[piece * 32..<(piece + 1) * 32]))
    else {
      throw ArchiveError(
        .data, "\(path): its SHA-256 pieces were not computed, by which its bytes are checked",
        advice: "add sha256 to Hashes; it holds for files that are read from then on")
    }
    return digest
  }
}
