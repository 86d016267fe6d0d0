// SPDX-License-Identifier: Apache-2.0

package import ArchiveModel

/// One generation of a numbered torrent, as an entry of Release's `Torrents` tells of it
/// (docs/formats.md section 7).
package struct ReleasedTorrent: Hashable, Sendable {
  package let id: TorrentID
  /// `all` for packages of that architecture, `source` for files of source packages.
  package let architecture: String
  /// 1 for the first.
  package let generation: UInt32
  /// The lowest number of a living content.
  package let floor: PieceNumber
  /// One more than the largest number given.
  package let next: PieceNumber
  /// How many numbers belong to living contents.
  package let live: UInt32
  /// When the generation began.
  package let created: ArchiveDate

  /// Joins what an entry says.
  package init(
    id: TorrentID, architecture: String, generation: UInt32, floor: PieceNumber, next: PieceNumber,
    live: UInt32, created: ArchiveDate
  ) {
    self.id = id
    self.architecture = architecture
    self.generation = generation
    self.floor = floor
    self.next = next
    self.live = live
    self.created = created
  }
}

extension ReleaseFile {
  /// The most entries that are taken: architectures times generations within the grace period.
  private static var maximumTorrents: Int { 1000 }

  /// What the field Torrents lists (docs/formats.md section 7), in its order; none without it.
  ///
  /// - Throws: `ArchiveError` with the place of the field when it is malformed.
  package func torrents() throws(ArchiveError) -> [ReleasedTorrent] {
    let words = stanza.words("Torrents")
    guard words.count.isMultiple(of: 7), words.count / 7 <= Self.maximumTorrents else {
      throw malformed("Torrents is no list of entries of seven words")
    }
    var torrents: [ReleasedTorrent] = []
    for start in stride(from: 0, to: words.count, by: 7) {
      let entry = Array(words[start..<start + 7])
      guard let torrent = ReleasedTorrent(words: entry) else {
        throw malformed("'\(entry.joined(separator: " "))' is no torrent")
      }
      torrents.append(torrent)
    }
    return torrents
  }

  private func malformed(_ reason: String) -> ArchiveError {
    ArchiveError(.data, reason, at: stanza.place(of: "Torrents"))
  }
}

extension ReleasedTorrent {
  fileprivate init?(words: [String]) {
    guard let id = TorrentID(hex: words[0]), let generation = UInt32(words[2]),
      let floor = UInt32(words[3]), let next = UInt32(words[4]), let live = UInt32(words[5]),
      floor <= next, live <= next - floor, let created = ArchiveDate(rfc3339: words[6])
    else { return nil }
    self.init(
      id: id, architecture: words[1], generation: generation, floor: PieceNumber(floor),
      next: PieceNumber(next), live: live, created: created)
  }
}
