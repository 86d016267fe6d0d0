// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel

/// Times and amounts as people read them.
enum StatusTime {
  /// `2026-11-22 06:17 UTC`.
  static func text(_ seconds: Int64) -> String { text(ArchiveDate(seconds: seconds).description) }

  /// The same of a time in the form of RFC 3339, `2026-11-22T06:17:31Z`.
  static func text(_ rfc3339: String) -> String {
    let bytes = Array(rfc3339.utf8)
    guard bytes.count == 20 else { return rfc3339 }
    return String(decoding: bytes[..<10] + [0x20] + bytes[11..<16], as: UTF8.self) + " UTC"
  }

  /// `3 days 4 hours`, `12 minutes`: the two largest units.
  static func duration(_ seconds: Int64) -> String {
    let seconds = max(0, seconds)
    let parts = [
      (seconds / 86_400, "day"), (seconds / 3600 % 24, "hour"), (seconds / 60 % 60, "minute"),
      (seconds % 60, "second"),
    ]
    let first = parts.firstIndex { $0.0 > 0 } ?? 3
    return parts[first..<min(first + 2, 4)].filter { $0.0 > 0 || seconds == 0 }
      .map { "\($0) \($1)\($0 == 1 ? "" : "s")" }.joined(separator: " ")
  }
}

/// Bytes as people read them.
enum StatusBytes {
  /// `1.5 GB`, in powers of ten.
  static func text(_ count: UInt64) -> String {
    guard count >= 1000 else { return "\(count) B" }
    var value = Double(count)
    var unit = "B"
    for next in ["kB", "MB", "GB", "TB", "PB"] where value >= 1000 || unit == "B" {
      value /= 1000
      unit = next
    }
    let tenths = Int((value * 10).rounded())
    return "\(tenths / 10).\(tenths % 10) \(unit)"
  }

  /// `12,345,678`.
  static func grouped(_ count: some BinaryInteger) -> String {
    var digits = Array(String(count))
    var position = digits.count - 3
    while position > 0 {
      digits.insert(",", at: position)
      position -= 3
    }
    return String(digits)
  }
}
