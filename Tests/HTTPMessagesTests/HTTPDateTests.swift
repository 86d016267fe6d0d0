// SPDX-License-Identifier: Apache-2.0

import HTTPMessages
import Testing

/// RFC 9110 section 5.6.7.
struct HTTPDateTests {
  private let now = HTTPDate(seconds: 1_750_000_000)

  @Test(arguments: [
    "Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994",
  ])
  func readsTheThreeFormsOfTheRFC(text: String) {
    #expect(HTTPDate(text, now: now)?.seconds == 784_111_777)
  }

  @Test func writesIMFFixdate() {
    #expect(HTTPDate(seconds: 784_111_777).description == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(HTTPDate(seconds: 0).description == "Thu, 01 Jan 1970 00:00:00 GMT")
    #expect(HTTPDate(seconds: 951_782_400).description == "Tue, 29 Feb 2000 00:00:00 GMT")
  }

  @Test func whatItWritesItReads() {
    for seconds in stride(from: Int64(0), to: 253_402_300_799, by: 86400 * 97 + 3671) {
      let date = HTTPDate(seconds: seconds)
      #expect(HTTPDate(date.description, now: now) == date)
    }
  }

  @Test func staysInsideFourDigitYears() {
    #expect(HTTPDate(seconds: .max).description == "Fri, 31 Dec 9999 23:59:59 GMT")
    #expect(HTTPDate(seconds: .min).seconds == 0)
  }

  @Test func aTwoDigitYearIsNotFarAhead() {
    #expect(
      HTTPDate("Sunday, 01-Jan-40 00:00:00 GMT", now: now)?.description.contains("2040") == true)
    #expect(
      HTTPDate("Sunday, 01-Jan-80 00:00:00 GMT", now: now)?.description.contains("1980") == true)
  }

  @Test(arguments: [
    "", "0", "now", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 31 Feb 1994 08:49:37 GMT",
    "Sun, 29 Feb 2023 08:49:37 GMT", "Sun, 06 Nov 1994 24:49:37 GMT",
    "Sun, 06 Foo 1994 08:49:37 GMT",
    "Sun, 06 Nov 1994 08:49 GMT", "Sun, 00 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 0000 08:49:37 GMT",
    "Sun, +6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 99999999999999999999 08:49:37 GMT",
  ])
  func refusesTheRest(text: String) {
    #expect(HTTPDate(text, now: now) == nil)
  }
}
