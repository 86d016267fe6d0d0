// SPDX-License-Identifier: Apache-2.0

extension ArchiveDate {
  /// Reads a date of RFC 3339, as `2009-05-15T12:23:23Z` or with an offset; fractions of seconds are
  /// dropped. Nil when malformed.
  package init?(rfc3339 text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 20, bytes[10] == 0x54 || bytes[10] == 0x74 else { return nil }
    func part(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
    guard bytes[4] == 0x2D, bytes[7] == 0x2D, let month = Int(part(5..<7)),
      (1...12).contains(month)
    else { return nil }
    let names = [
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]
    // The calendar is that of Release files.
    let local = ArchiveDate(
      release: "Mon, \(part(8..<10)) \(names[month - 1]) \(part(0..<4)) \(part(11..<19)) UTC")
    var zone = bytes[19...]
    if zone.first == 0x2E { zone = zone.dropFirst().drop { (0x30...0x39).contains($0) } }
    // What an offset moves out of the years that can be written is refused.
    guard let local, let offset = Self.offset(zone),
      (0...253_402_300_799).contains(local.seconds - offset)
    else { return nil }
    self.init(seconds: local.seconds - offset)
  }

  /// `Z`, or `+hh:mm` in seconds.
  private static func offset(_ zone: ArraySlice<UInt8>) -> Int64? {
    if zone.count == 1 { return zone.first == 0x5A || zone.first == 0x7A ? 0 : nil }
    let digits = zone.dropFirst().filter { (0x30...0x39).contains($0) }.map { Int64($0 - 0x30) }
    guard zone.count == 6, digits.count == 4, zone[zone.startIndex + 3] == 0x3A,
      zone.first == 0x2B || zone.first == 0x2D
    else { return nil }
    let seconds = (digits[0] * 10 + digits[1]) * 3600 + (digits[2] * 10 + digits[3]) * 60
    return zone.first == 0x2D ? -seconds : seconds
  }
}
