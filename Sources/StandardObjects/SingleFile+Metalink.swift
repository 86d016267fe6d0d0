// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel
internal import Ledger
package import TorrentMetadata

extension SingleFile {
  /// A metalink of the file (RFC 5854), with the torrent at `torrent` where one is named.
  ///
  /// - Throws: `ArchiveError` when there is no address at all.
  package func metalink(
    _ addresses: ObjectAddresses, torrent: AbsoluteURL? = nil
  ) throws(ArchiveError) -> Metalink {
    // The name alone: a client saves it where its user is.
    var file = MetalinkFile(
      path: try name(), size: stored.content.size, sha256: stored.content.sha256)
    file.pieces = pieces.map { [$0] } ?? []
    file.addresses = addresses.metalinkMirrors.compactMap { mirror in
      MetalinkAddress(
        mirror.root.appending(path), priority: mirror.priority, location: mirror.location)
    }
    file.descriptions = torrent.flatMap { MetalinkDescription($0, priority: 1) }.map { [$0] } ?? []
    guard !file.addresses.isEmpty || !file.descriptions.isEmpty else {
      throw ArchiveError(
        .usage, "a metalink of \(path) would have no address",
        advice: "name mirrors by --mirror, or Torrent-Web-Seeds or Metalink-Mirrors")
    }
    return Metalink(files: [file], generator: Self.creator, published: stored.firstRelease)
  }

  private func name() throws(ArchiveError) -> ArchivePath {
    do throws(ArchivePath.Defect) { return try ArchivePath(path.name) } catch {
      throw ArchiveError(.software, "\(path): \(error)")
    }
  }

  /// The digests of the pieces; that of a single piece is the file's.
  ///
  /// It is told twice, for aria2 leaves a mirror with wrong bytes for another only by pieces.
  private var pieces: MetalinkPieces? {
    let digests = stored.digests
    let length = ByteCount(digests.pieceSize.rawValue)
    guard stored.content.size > length else {
      return stored.content.size == .zero
        ? nil : MetalinkPieces(.sha256, length: length, digests: stored.content.sha256.bytes)
    }
    if !digests.sha256Pieces.isEmpty {
      return MetalinkPieces(.sha256, length: length, digests: digests.sha256Pieces)
    }
    return digests.sha1Pieces.isEmpty
      ? nil : MetalinkPieces(.sha1, length: length, digests: digests.sha1Pieces)
  }
}
