// SPDX-License-Identifier: Apache-2.0

import ArchiveModel
import PackagesParser
import Testing

@Suite("A date of a Release")
struct ArchiveDateTests {
  @Test(
    "is read with every name that UTC has there",
    arguments: ["UTC", "GMT", "Z", "+0000", "-0000"])
  func zones(zone: String) {
    #expect(ArchiveDate(release: "Sat, 17 May 2025 07:44:42 \(zone)")?.seconds == 1_747_467_882)
  }

  @Test("may have a day of one digit, padded or not, and an hour of one digit")
  func oneDigit() {
    let expected = ArchiveDate(release: "Thu, 01 May 2025 07:44:42 UTC")
    #expect(expected != nil)
    #expect(ArchiveDate(release: "Thu, 1 May 2025 07:44:42 UTC") == expected)
    #expect(ArchiveDate(release: "Thu,  1 May 2025 07:44:42 UTC") == expected)
    #expect(ArchiveDate(release: "Thu,  1 May 2025 7:44:42 UTC") == expected)
  }

  @Test("may be a leap second")
  func leapSecond() {
    #expect(ArchiveDate(release: "Sat, 31 Dec 2016 23:59:60 UTC")?.seconds == 1_483_228_800)
  }

  @Test(
    "is refused when it is malformed",
    arguments: [
      "", "now", "Sat, 17 May 2025 07:44:42", "17 May 2025 07:44:42 UTC",
      "Sat, 17 May 2025 07:44:42 CET", "Sat, 17 May 2025 07:44:42 +0100",
      "Sat, 17 May 2025 07:44:42 UTC x", "Sat 17 May 2025 07:44:42 UTC",
      "Xxx, 17 May 2025 07:44:42 UTC", "Sat, 17 Mai 2025 07:44:42 UTC",
      "Sat, 17 may 2025 07:44:42 UTC", "Sat, 0 May 2025 07:44:42 UTC",
      "Sat, 32 May 2025 07:44:42 UTC", "Sat, +17 May 2025 07:44:42 UTC",
      "Sat, -1 May 2025 07:44:42 UTC", "Sat, 017 May 2025 07:44:42 UTC",
      "Sat, 17 May 25 07:44:42 UTC", "Sat, 17 May +2025 07:44:42 UTC",
      "Sat, 17 May 1969 07:44:42 UTC", "Sat, 17 May 12025 07:44:42 UTC",
      "Sat, 17 May 2025 24:44:42 UTC", "Sat, 17 May 2025 07:60:42 UTC",
      "Sat, 17 May 2025 07:44:61 UTC", "Sat, 17 May 2025 07:44 UTC",
      "Sat, 17 May 2025 07:44:42:00 UTC", "Sat, 17 May 2025 07::44:42 UTC",
      "Sat, 17 May 2025 07:44:٤٢:42 UTC", "Sat, 17 May 2025 07:44: UTC",
      "Sat, 17 May 2025 -7:44:42 UTC", "Sat, 17 May 2025 07:4:42 UTC",
      "Sat,\t17 May 2025 07:44:42 UTC",
    ])
  func malformed(text: String) {
    #expect(ArchiveDate(release: text) == nil)
  }

  @Test(
    "is a day of the calendar",
    arguments: [
      ("29 Feb 2024", true), ("29 Feb 2000", true), ("29 Feb 2025", false), ("29 Feb 2100", false),
      ("30 Feb 2024", false), ("31 Apr 2025", false), ("30 Apr 2025", true), ("31 Dec 2025", true),
      ("31 Jun 2025", false), ("31 Sep 2025", false), ("31 Nov 2025", false),
    ])
  func calendar(day: String, exists: Bool) {
    #expect((ArchiveDate(release: "Mon, \(day) 00:00:00 UTC") != nil) == exists)
  }

  @Test("agrees with date(1), both ways, around every turn of month and leap day")
  func agreesWithDate() throws {
    var generator = SeededGenerator(seed: 2)
    let edges = [1970, 1972, 2000, 2024, 2025, 2099, 2100, 2400, 9999].flatMap { year in
      (1...12).flatMap { ["\(year)-\($0)-1 00:00:00", "\(year)-\($0)-28 23:59:59"] }
    }
    let last: UInt64 = 253_402_300_799
    let random = (0..<500).map { _ in "@\(UInt64.random(in: 0...last, using: &generator))" }
    let input = (edges + random).joined(separator: "\n")
    let format = "+%s|%a, %d %b %Y %H:%M:%S UTC|%Y-%m-%dT%H:%M:%SZ"
    let lines = String(
      decoding: try output(of: ["date", "-u", "-f", "-", format], input: Array(input.utf8)),
      as: UTF8.self
    ).split(separator: "\n")
    #expect(lines.count == edges.count + random.count)
    for line in lines {
      let parts = line.split(separator: "|").map { String($0) }
      let date = ArchiveDate(release: parts[1])
      #expect(date?.seconds == Int64(parts[0]))
      #expect(date?.description == parts[2])
    }
  }

  @Test("has a year of four digits, whatever number it is made of")
  func far() {
    #expect(ArchiveDate(seconds: .max).description == "9999-12-31T23:59:59Z")
    #expect(ArchiveDate(seconds: .min).description == "1000-01-01T00:00:00Z")
  }

  @Test("is ordered by time")
  func order() {
    #expect(ArchiveDate(seconds: 1) < ArchiveDate(seconds: 2))
  }
}
