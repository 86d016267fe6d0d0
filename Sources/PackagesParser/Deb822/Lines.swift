// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// The lines of a small text, without their newline, one at a time.
struct Lines {
  /// The file the text came from, for messages.
  let file: String
  /// The number of the line last given, counted from 1.
  private(set) var number: UInt64 = 0

  private let bytes: [UInt8]
  private var start = 0
  private var position = 0

  init(_ bytes: [UInt8], file: String) {
    self.bytes = bytes
    self.file = file
  }

  /// The next line; nil at the end, also behind a last newline.
  mutating func next() -> ArraySlice<UInt8>? {
    start = position
    guard position < bytes.count else { return nil }
    let end = bytes[position...].firstIndex(of: 0x0A) ?? bytes.count
    position = min(end + 1, bytes.count)
    number += 1
    return bytes[start..<end]
  }

  /// Where the line last given begins, or the end.
  var place: ArchiveError.Place {
    ArchiveError.Place(file: file, line: number, offset: UInt64(start))
  }
}
