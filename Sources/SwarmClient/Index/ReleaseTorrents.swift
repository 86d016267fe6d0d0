// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import PackagesParser
internal import TorrentMetadata

/// What a Release says of its torrents, and of who has them (docs/formats.md section 7).
struct ReleaseTorrents: Sendable {
  /// The current generation of each architecture.
  let current: [String: ReleasedTorrent]
  let trackers: [AbsoluteURL]
  /// Roots of the archive.
  let webSeeds: [AbsoluteURL]

  /// The most URLs that are taken of a field.
  private static let maximumURLs = 32

  /// Reads the fields of `release`; URLs of schemes that nobody here speaks are passed over.
  ///
  /// - Throws: `ArchiveError` with the place of a field that is malformed.
  init(_ release: ReleaseFile) throws(ArchiveError) {
    var current: [String: ReleasedTorrent] = [:]
    for torrent in try release.torrents() {
      if let other = current[torrent.architecture], other.generation >= torrent.generation {
        continue
      }
      current[torrent.architecture] = torrent
    }
    self.current = current
    trackers = Self.urls(release, "Torrent-Trackers") {
      ["http", "https", "udp"].contains($0.scheme)
    }
    webSeeds = Self.urls(release, "Torrent-Web-Seeds") { HTTPURL($0) != nil }
  }

  private static func urls(
    _ release: ReleaseFile, _ field: String, where isUsable: (AbsoluteURL) -> Bool
  ) -> [AbsoluteURL] {
    release.stanza.words(field).prefix(maximumURLs).compactMap { AbsoluteURL($0) }.filter(isUsable)
  }
}
