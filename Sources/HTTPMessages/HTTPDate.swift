// SPDX-License-Identifier: Apache-2.0

private import Glibc

/// A moment to the second, as HTTP writes it (RFC 9110 section 5.6.7).
public struct HTTPDate: Hashable, Sendable {
  /// Seconds since the epoch, from 1970 to the end of the year 9999, which is as far as the
  /// grammar's four digits reach.
  public let seconds: Int64

  /// Takes a time of the system, moved into the years that HTTP can write.
  public init(seconds: Int64) {
    self.seconds = min(max(seconds, 0), 253_402_300_799)
  }

  /// Reads one of the three forms a recipient must accept; nil for anything else.
  ///
  /// `now` settles the century of a two-digit year.
  public init?(_ text: String, now: HTTPDate) {
    let parts = text.split { $0 == " " || $0 == "," || $0 == "-" }
    let fields: (day: Substring, month: Substring, year: Substring, time: Substring)
    switch parts.count {
    // IMF-fixdate `Sun, 06 Nov 1994 08:49:37 GMT`, rfc850-date `Sunday, 06-Nov-94 08:49:37 GMT`.
    case 6 where parts[5] == "GMT": fields = (parts[1], parts[2], parts[3], parts[4])
    // asctime-date `Sun Nov  6 08:49:37 1994`.
    case 5: fields = (parts[2], parts[1], parts[4], parts[3])
    default: return nil
    }
    guard let year = Self.year(fields.year, now: now),
      let month = Self.months.firstIndex(of: String(fields.month)),
      let day = Self.number(fields.day, 1...2),
      let time = Self.secondsOfDay(fields.time)
    else { return nil }
    let days = CivilDate(year: year, month: Int64(month + 1), day: day)
    guard days.isValid else { return nil }
    self.init(seconds: days.daysSinceEpoch * 86400 + time)
  }

  /// The system's clock.
  public static var now: HTTPDate { HTTPDate(seconds: Int64(time(nil))) }

  /// A year more than 50 years ahead means the past one with the same last two digits.
  private static func year(_ text: Substring, now: HTTPDate) -> Int64? {
    if let year = number(text, 4...4) { return year }
    guard let short = number(text, 2...2) else { return nil }
    let current = CivilDate(daysSinceEpoch: now.seconds / 86400).year
    let year = current / 100 * 100 + short
    return year > current + 50 ? year - 100 : year
  }

  private static func secondsOfDay(_ text: Substring) -> Int64? {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    guard parts.count == 3, let hour = number(parts[0], 2...2), hour < 24,
      let minute = number(parts[1], 2...2), minute < 60,
      // 60: a leap second.
      let second = number(parts[2], 2...2), second <= 60
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  private static func number(_ text: Substring, _ digits: ClosedRange<Int>) -> Int64? {
    guard digits.contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
    else { return nil }
    return Int64(text)
  }

  fileprivate static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
  fileprivate static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]
}

extension HTTPDate: Comparable {
  public static func < (a: HTTPDate, b: HTTPDate) -> Bool { a.seconds < b.seconds }
}

extension HTTPDate: CustomStringConvertible {
  /// IMF-fixdate, the only form that may be sent.
  public var description: String {
    let (days, time) = seconds.quotientAndRemainder(dividingBy: 86400)
    let date = CivilDate(daysSinceEpoch: days)
    func pad(_ number: Int64, _ width: Int) -> String {
      let digits = String(number)
      return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
    let weekday = Self.weekdays[Int((days + 4) % 7)]
    let month = Self.months[Int(date.month - 1)]
    let clock = [time / 3600, time / 60 % 60, time % 60].map { pad($0, 2) }
    return "\(weekday), \(pad(date.day, 2)) \(month) \(pad(date.year, 4)) "
      + "\(clock.joined(separator: ":")) GMT"
  }
}

extension HTTPDate {
  /// `10/Oct/2000:13:55:36 +0000`, as access logs have it.
  package var logged: String {
    let text = description
    // `Sun, 06 Nov 1994 08:49:37 GMT`
    let parts = text.split(separator: " ")
    return "\(parts[1])/\(parts[2])/\(parts[3]):\(parts[4]) +0000"
  }
}

extension HTTPDate {
  /// `2000-10-10 13:55`, as listings have it, in UTC.
  package var listed: String {
    let date = CivilDate(daysSinceEpoch: seconds / 86400)
    func pad(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return "\(date.year)-\(pad(date.month))-\(pad(date.day)) "
      + "\(pad(seconds / 3600 % 24)):\(pad(seconds / 60 % 60))"
  }
}
