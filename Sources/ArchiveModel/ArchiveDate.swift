// SPDX-License-Identifier: Apache-2.0

/// A moment in whole seconds since 1970 (UTC), as Release files give it.
public struct ArchiveDate: Hashable, Comparable, Sendable {
  /// Seconds since the epoch, leap seconds not counted.
  public let seconds: Int64

  /// The years of four digits, 1000 to 9999: others have no form in RFC 3339.
  private static let range: ClosedRange<Int64> = -30_610_224_000...253_402_300_799

  /// Takes a number of seconds since the epoch; what lies beyond the years of four digits is
  /// their nearest end.
  public init(seconds: Int64) {
    self.seconds = min(max(seconds, Self.range.lowerBound), Self.range.upperBound)
  }

  /// Reads `Sat, 17 May 2025 07:44:42 UTC` (also `GMT`, `Z`, `+0000`); nil when malformed or when
  /// the calendar has no such day.
  ///
  /// RFC 5322 section 3.3 in the subset that the repository format allows: always UTC. What day of
  /// the week it was is not checked.
  public init?(release text: String) {
    let words = text.split(separator: " ", omittingEmptySubsequences: true)
    guard words.count == 6, Self.isWeekday(words[0]),
      ["UTC", "GMT", "Z", "+0000", "-0000"].contains(words[5]),
      let day = Self.number(words[1], digits: 1...2),
      let month = Self.months.firstIndex(of: String(words[2])).map({ Int64($0) + 1 }),
      let year = Self.number(words[3], digits: 4...4), year >= 1970,
      (1...Self.length(ofMonth: month, year: year)).contains(day)
    else { return nil }
    let clock = words[4].split(separator: ":", omittingEmptySubsequences: false)
    guard clock.count == 3, let hour = Self.number(clock[0], digits: 1...2), hour < 24,
      let minute = Self.number(clock[1], digits: 2...2), minute < 60,
      // 60 is a leap second.
      let second = Self.number(clock[2], digits: 2...2), second <= 60
    else { return nil }
    let days = Self.days(year: year, month: month, day: day)
    seconds = days * 86400 + hour * 3600 + minute * 60 + second
  }

  /// A number of ASCII digits alone.
  private static func number(_ text: Substring, digits: ClosedRange<Int>) -> Int64? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int64(text)
  }

  private static func isWeekday(_ word: Substring) -> Bool {
    ["Mon,", "Tue,", "Wed,", "Thu,", "Fri,", "Sat,", "Sun,"].contains(word)
  }

  private static func length(ofMonth month: Int64, year: Int64) -> Int64 {
    switch month {
    case 2:
      year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400)) ? 29 : 28
    case 4, 6, 9, 11: 30
    default: 31
    }
  }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// Days since the epoch of a date of the Gregorian calendar, years beginning in March.
  private static func days(year: Int64, month: Int64, day: Int64) -> Int64 {
    let year = month > 2 ? year : year - 1
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return 365 * year + year / 4 - year / 100 + year / 400 + dayOfYear - 719_468
  }

  public static func < (a: ArchiveDate, b: ArchiveDate) -> Bool { a.seconds < b.seconds }
}

extension ArchiveDate: CustomStringConvertible {
  /// RFC 3339 in UTC: `2025-05-17T07:44:42Z`.
  public var description: String {
    // The inverse of `days(year:month:day:)`, era by era of 400 years.
    let day = (seconds >= 0 ? seconds : seconds - 86399) / 86400 + 719_468
    let second = seconds - (day - 719_468) * 86400
    let era = day / 146_097
    let ofEra = day - era * 146_097
    let yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36524 - ofEra / 146_096) / 365
    let ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shifted = (5 * ofYear + 2) / 153
    let month = shifted < 10 ? shifted + 3 : shifted - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    let date = "\(year)-\(two(month))-\(two(ofYear - (153 * shifted + 2) / 5 + 1))"
    return "\(date)T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
  }
}
