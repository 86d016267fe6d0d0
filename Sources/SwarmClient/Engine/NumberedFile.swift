// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// The numbers of a file's pieces in one torrent, and which of the files that are fetched it is.
struct NumberedFile {
  let first: UInt32
  let last: UInt32
  let file: Int

  init(_ numbering: PieceNumbering, _ file: Int) {
    first = numbering.numbers.first.rawValue
    last = numbering.numbers.last.rawValue
    self.file = file
  }
}
