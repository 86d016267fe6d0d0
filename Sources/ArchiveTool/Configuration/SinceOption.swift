// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// A moment in the past, as a date or as how long ago it was.
enum SinceOption {
  private static let units: [Character: Int64] = ["m": 60, "h": 3600, "d": 86400, "w": 604_800]

  /// Reads `2026-11-22`, `2026-11-22T06:00:00Z`, or `90m`, `12h`, `7d`, `2w` before `now`; nil for
  /// anything else.
  static func date(_ text: String, now: ArchiveDate) -> ArchiveDate? {
    if let unit = text.last.flatMap({ units[$0] }), let count = Int64(text.dropLast()),
      (0...100_000).contains(count)
    {
      return ArchiveDate(seconds: now.seconds - count * unit)
    }
    return ArchiveDate(rfc3339: text.utf8.count == 10 ? "\(text)T00:00:00Z" : text)
  }
}
