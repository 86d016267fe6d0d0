// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import Ledger

/// One numbered torrent during a run.
struct RunTorrent: Sendable {
  let architecture: String
  /// Its current generation; nil when there is none yet, or a new one begins with this run.
  var record: TorrentRecord?
  /// The generation that ends with this run.
  var predecessor: TorrentRecord?
  var base: PieceSize
  var numbering = Numbering()
  /// Whether every index that listed its contents before was read, so that numbers may retire.
  var isComplete = true
}

/// A content during a run: in the ledger, or new.
struct RunContent: Sendable {
  let id: ContentID
  /// Position in the run's torrents.
  let torrent: Int32
  /// Nil until it is in the ledger.
  var row: RowID?
  var root: SHA256Digest?
  /// Nil until it has numbers in the current generation.
  var numbers: PieceNumberRange?
  /// Whether the numbers are retired: revived when the content is seen again above the floor.
  var isRetired = false
  /// Whether an index of this run lists it.
  var isSeen = false
  /// Whether a file of the pool was verified to hold it.
  var isVerified = false

  init(_ id: ContentID, torrent: Int32) {
    self.id = id
    self.torrent = torrent
  }
}

/// What a run found of one file that an index names.
enum FileVerdict: UInt8, Sendable {
  /// Holds what the index says.
  case verified
  /// New or touched since it was last read; still to be read.
  case pending
  /// Not there.
  case missing
  /// There, and something else than the index says.
  case corrupt
}
