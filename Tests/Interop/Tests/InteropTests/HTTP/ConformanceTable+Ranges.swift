// SPDX-License-Identifier: Apache-2.0

extension ConformanceSection {
  static let ranges = [ifRange, single, several, malformed]

  private static let size = ConformanceCase.size

  private static let ifRange = ConformanceSection(
    title: "13.1.5 If-Range",
    cases: [
      ConformanceCase("If-Range: {tag}", "Range: bytes=0-9", gives: .part(0..<10)),
      ConformanceCase("If-Range: \"other\"", "Range: bytes=0-9", gives: .whole),
      // Strong comparison.
      ConformanceCase("If-Range: W/{tag}", "Range: bytes=0-9", gives: .whole),
      ConformanceCase("If-Range: {date}", "Range: bytes=0-9", gives: .part(0..<10)),
      // The very date: another one is that of another file, whichever is newer.
      ConformanceCase("If-Range: {older}", "Range: bytes=0-9", gives: .whole),
      ConformanceCase("If-Range: {newer}", "Range: bytes=0-9", gives: .whole),
      ConformanceCase("If-Range: yesterday", "Range: bytes=0-9", gives: .whole),
      ConformanceCase("If-Range: {tag}", gives: .whole),
      ConformanceCase("If-Range: {tag}", "Range: bytes={size}-", gives: .unsatisfiable),
      ConformanceCase("If-Range: \"other\"", "Range: bytes={size}-", gives: .whole),
    ])

  private static let single = ConformanceSection(
    title: "14.1.2 Byte Ranges",
    cases: [
      ConformanceCase("Range: bytes=0-0", gives: .part(0..<1)),
      ConformanceCase("Range: bytes=0-499", gives: .part(0..<500)),
      ConformanceCase("Range: bytes=500-999", gives: .part(500..<1000)),
      ConformanceCase("Range: bytes=16000-", gives: .part(16_000..<size)),
      ConformanceCase("Range: bytes=0-", gives: .part(0..<size)),
      ConformanceCase("Range: bytes=16384-99999", gives: .part(16_384..<size)),
      ConformanceCase("Range: bytes=-500", gives: .part(size - 500..<size)),
      ConformanceCase("Range: bytes=-{size}", gives: .part(0..<size)),
      ConformanceCase("Range: bytes=-99999", gives: .part(0..<size)),
      ConformanceCase("Range: bytes={size}-", gives: .unsatisfiable),
      ConformanceCase("Range: bytes=99999-100000", gives: .unsatisfiable),
      ConformanceCase("Range: bytes=-0", gives: .unsatisfiable),
      ConformanceCase("Range: BYTES=0-9", gives: .part(0..<10)),
      ConformanceCase("Range: bytes= 0-9 ", gives: .part(0..<10)),
      ConformanceCase(
        "Range: bytes=0-", ofEmpty: true, gives: .unsatisfiable, nginx: .whole,
        because: "An empty file has no first byte; nginx ignores ranges of it."),
      ConformanceCase("Range: bytes=-5", ofEmpty: true, gives: .whole),
      ConformanceCase(
        "Range: bytes=0-99999999999999999999", gives: .part(0..<size), nginx: .unsatisfiable,
        because:
          "A last position beyond the end means the end, however large; nginx refuses numbers that "
          + "it cannot hold."),
      ConformanceCase(
        "Range: bytes=0-9", method: "HEAD", gives: .head, nginx: .headOfPart(0..<10),
        because: "Range is defined for GET alone (section 14.2); nginx answers HEAD likewise."),
    ])

  private static let several = ConformanceSection(
    title: "14.2 Range, 15.3.7.2 Multiple Parts",
    cases: [
      ConformanceCase("Range: bytes=0-0,-1", gives: .parts([0..<1, size - 1..<size])),
      ConformanceCase("Range: bytes=500-599, 0-99", gives: .parts([500..<600, 0..<100])),
      ConformanceCase(
        "Range: bytes=0-99,1000-1099,2000-", gives: .parts([0..<100, 1000..<1100, 2000..<size])),
      ConformanceCase("Range: bytes=0-9,99999-", gives: .part(0..<10)),
      ConformanceCase("Range: bytes={size}-,99999-", gives: .unsatisfiable),
      ConformanceCase(
        "Range: bytes=0-99,50-149", gives: .part(0..<150), nginx: .parts([0..<100, 50..<150]),
        because: "Ranges that overlap may be made one (section 15.3.7.2): no byte is sent twice."),
      ConformanceCase(
        "Range: bytes=0-99,150-249", gives: .part(0..<250), nginx: .parts([0..<100, 150..<250]),
        because: "Ranges with less between them than a part's head has may be made one."),
      ConformanceCase(
        "Range: bytes=0-,0-,0-", gives: .part(0..<size), nginx: .whole,
        because: "nginx ignores ranges that have more bytes together than the file; ours are one."),
      ConformanceCase(
        "Range: bytes=" + (0...64).map { "\($0 * 200)-\($0 * 200)" }.joined(separator: ","),
        gives: .whole, nginx: .parts((0...64).map { $0 * 200..<$0 * 200 + 1 }),
        because:
          "Many small ranges may be ignored (section 14.2): more than 64 here, unless max_ranges "
          + "says so of nginx."),
      ConformanceCase(
        "Range: bytes=0-9", "Range: bytes=10-19", gives: .whole, nginx: .part(0..<10),
        because:
          "The field holds one value and must not come twice (section 5.3), so it is ignored; nginx "
          + "takes the first."),
    ])

  private static let malformed = ConformanceSection(
    title: "14.1.1 Range Specifiers",
    cases: [
      ConformanceCase("Range: lines=0-9", gives: .whole),
      ConformanceCase("Range: 0-9", gives: .whole),
      ConformanceCase(
        "Range: bytes=10-9", gives: .whole, nginx: .unsatisfiable, because: invalid),
      ConformanceCase("Range: bytes=abc", gives: .whole, nginx: .unsatisfiable, because: invalid),
      ConformanceCase("Range: bytes=", gives: .whole),
      ConformanceCase("Range: bytes=-", gives: .whole, nginx: .unsatisfiable, because: invalid),
      ConformanceCase(
        "Range: bytes=0-9-19", gives: .whole, nginx: .unsatisfiable, because: invalid),
      ConformanceCase(
        "Range: bytes=0-9,abc", gives: .whole, nginx: .unsatisfiable, because: invalid),
      ConformanceCase(
        "Range: bytes=,0-9,,", gives: .part(0..<10), nginx: .unsatisfiable,
        because: "Empty elements of a list are skipped (section 5.6.1.2)."),
    ])

  private static let invalid =
    "An invalid range may be ignored or refused (section 14.2); whoever sends it gets the file."
}
