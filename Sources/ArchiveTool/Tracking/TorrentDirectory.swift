// SPDX-License-Identifier: Apache-2.0

private import ArchiveFiles
internal import ArchiveModel
private import Glibc
private import TorrentMetadata
internal import Tracker

/// A directory of torrents that a tracker answers for beside those of the ledger, as of published
/// sets.
struct TorrentDirectory: Sendable {
  let path: String

  /// Another number whenever a torrent was added or removed.
  ///
  /// - Throws: `ArchiveError` when the directory is not there.
  func version() throws(ArchiveError) -> Int64 {
    let status = try Descriptor.open(path, O_RDONLY | O_DIRECTORY).status()
    return Int64(status.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(status.st_mtim.tv_nsec)
  }

  /// Adds every file `*.torrent`.
  ///
  /// - Throws: `ArchiveError` for the first that cannot be read.
  func add(to builder: inout TorrentRegistry.Builder) throws(ArchiveError) {
    let limits = MetadataLimits()
    for name in try directoryEntries(path).sorted() where name.hasSuffix(".torrent") {
      let file = "\(path)/\(name)"
      let descriptor = try Descriptor.open(file)
      let size = Int(clamping: try descriptor.status().st_size)
      guard size <= limits.torrentBytes else {
        throw ArchiveError(
          .data, "larger than \(limits.torrentBytes) bytes", at: ArchiveError.Place(file: file))
      }
      let torrent = try Metainfo(try descriptor.readAll(limit: size), name: file)
      builder.add(torrent.info.wireHashes.map { SwarmID($0) }, .standard, name)
    }
  }
}
