// SPDX-License-Identifier: Apache-2.0

/// A day of the Gregorian calendar, without a time zone.
///
/// Foundation knows this too, but costs every program that links it half its start time.
struct CivilDate: Hashable, Sendable {
  let year: Int64
  /// From 1.
  let month: Int64
  /// From 1.
  let day: Int64

  init(year: Int64, month: Int64, day: Int64) {
    self.year = year
    self.month = month
    self.day = day
  }

  /// The day `days` after 1 January 1970; not before the year 0.
  ///
  /// Years are counted from 1 March, so that the leap day comes last, in eras of 400 years.
  init(daysSinceEpoch days: Int64) {
    let shifted = days + 719_468
    let (era, dayOfEra) = shifted.quotientAndRemainder(dividingBy: 146_097)
    let yearOfEra =
      (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let marchMonth = (5 * dayOfYear + 2) / 153
    day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
    month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
    year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
  }

  /// Days since 1 January 1970; the inverse of `init(daysSinceEpoch:)`.
  var daysSinceEpoch: Int64 {
    let marchYear = month <= 2 ? year - 1 : year
    let (era, yearOfEra) = marchYear.quotientAndRemainder(dividingBy: 400)
    let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  /// Whether the month has such a day; a day it lacks would come back as another.
  var isValid: Bool {
    year > 0 && (1...12).contains(month) && (1...31).contains(day)
      && CivilDate(daysSinceEpoch: daysSinceEpoch) == self
  }
}
