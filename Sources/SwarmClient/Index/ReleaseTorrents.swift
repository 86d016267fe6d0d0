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
  /// The most entries that are taken: architectures times generations within the grace period.
  private static let maximumEntries = 1000

  /// Reads the fields of `release`; URLs of schemes that nobody here speaks are passed over.
  ///
  /// - Throws: `ArchiveError` with the place of a field that is malformed.
  init(_ release: ReleaseFile) throws(ArchiveError) {
    let words = release.stanza.words("Torrents")
    var current: [String: ReleasedTorrent] = [:]
    guard words.count.isMultiple(of: 7), words.count / 7 <= Self.maximumEntries else {
      throw Self.malformed(release, "Torrents is no list of entries of seven words")
    }
    for start in stride(from: 0, to: words.count, by: 7) {
      let entry = Array(words[start..<start + 7])
      guard let torrent = Self.torrent(entry) else {
        throw Self.malformed(release, "'\(entry.joined(separator: " "))' is no torrent")
      }
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

  private static func torrent(_ words: [String]) -> ReleasedTorrent? {
    guard let id = TorrentID(hex: words[0]), let generation = UInt32(words[2]),
      let floor = UInt32(words[3]), let next = UInt32(words[4]), floor <= next,
      let created = ArchiveDate(rfc3339: words[6])
    else { return nil }
    return ReleasedTorrent(
      id: id, architecture: words[1], generation: generation, floor: PieceNumber(floor),
      next: PieceNumber(next), created: created)
  }

  private static func urls(
    _ release: ReleaseFile, _ field: String, where isUsable: (AbsoluteURL) -> Bool
  ) -> [AbsoluteURL] {
    release.stanza.words(field).prefix(maximumURLs).compactMap { AbsoluteURL($0) }.filter(isUsable)
  }

  private static func malformed(_ release: ReleaseFile, _ reason: String) -> ArchiveError {
    ArchiveError(.data, reason, at: release.stanza.place(of: "Torrents"))
  }
}
