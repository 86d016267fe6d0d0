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
  /// When the generation began.
  package let created: ArchiveDate

  /// Joins what an entry says.
  package init(
    id: TorrentID, architecture: String, generation: UInt32, floor: PieceNumber, next: PieceNumber,
    created: ArchiveDate
  ) {
    self.id = id
    self.architecture = architecture
    self.generation = generation
    self.floor = floor
    self.next = next
    self.created = created
  }
}
