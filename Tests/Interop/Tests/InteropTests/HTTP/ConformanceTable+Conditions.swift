// SPDX-License-Identifier: Apache-2.0

extension ConformanceSection {
  static let conditions = [ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince, precedence]

  private static let severalLines =
    "A list may come in several lines (section 5.3); nginx refuses all but one."

  private static let ifMatch = ConformanceSection(
    title: "13.1.1 If-Match",
    cases: [
      ConformanceCase("If-Match: {tag}", gives: .whole),
      ConformanceCase("If-Match: *", gives: .whole),
      ConformanceCase("If-Match: \"other\"", gives: .preconditionFailed),
      ConformanceCase("If-Match: \"other\", {tag}", gives: .whole),
      ConformanceCase("If-Match: \"a,b\",{tag}", gives: .whole),
      // Strong comparison.
      ConformanceCase("If-Match: W/{tag}", gives: .preconditionFailed),
      ConformanceCase("If-Match: {tag}", method: "HEAD", gives: .head),
      ConformanceCase("If-Match: \"other\"", method: "HEAD", gives: .preconditionFailed),
      ConformanceCase(
        "If-Match: \"other\"", "If-Match: {tag}", gives: .whole, nginx: .status(400),
        because: severalLines),
    ])

  private static let ifNoneMatch = ConformanceSection(
    title: "13.1.2 If-None-Match",
    cases: [
      ConformanceCase("If-None-Match: {tag}", gives: .notModified),
      ConformanceCase("If-None-Match: *", gives: .notModified),
      ConformanceCase("If-None-Match: \"other\"", gives: .whole),
      ConformanceCase("If-None-Match: \"other\", {tag}", gives: .notModified),
      // Weak comparison.
      ConformanceCase("If-None-Match: W/{tag}", gives: .notModified),
      ConformanceCase("If-None-Match: {tag}", method: "HEAD", gives: .notModified),
      ConformanceCase("If-None-Match: \"other\"", method: "HEAD", gives: .head),
      ConformanceCase(
        "If-None-Match: \"other\"", "If-None-Match: {tag}", gives: .notModified,
        nginx: .status(400),
        because: severalLines),
    ])

  private static let ifModifiedSince = ConformanceSection(
    title: "13.1.3 If-Modified-Since",
    cases: [
      ConformanceCase("If-Modified-Since: {date}", gives: .notModified),
      ConformanceCase("If-Modified-Since: {older}", gives: .whole),
      ConformanceCase(
        "If-Modified-Since: {newer}", gives: .notModified, nginx: .whole,
        because:
          "nginx wants the very date unless if_modified_since is before; the section asks whether it "
          + "is earlier or equal."),
      ConformanceCase("If-Modified-Since: {rfc850}", gives: .notModified),
      ConformanceCase("If-Modified-Since: {asctime}", gives: .notModified),
      ConformanceCase("If-Modified-Since: yesterday", gives: .whole),
      ConformanceCase("If-Modified-Since: {date}", method: "HEAD", gives: .notModified),
    ])

  private static let ifUnmodifiedSince = ConformanceSection(
    title: "13.1.4 If-Unmodified-Since",
    cases: [
      ConformanceCase("If-Unmodified-Since: {date}", gives: .whole),
      ConformanceCase("If-Unmodified-Since: {newer}", gives: .whole),
      ConformanceCase("If-Unmodified-Since: {older}", gives: .preconditionFailed),
      ConformanceCase("If-Unmodified-Since: {older}", method: "HEAD", gives: .preconditionFailed),
      ConformanceCase(
        "If-Unmodified-Since: yesterday", gives: .whole, nginx: .preconditionFailed,
        because: "What is no date must be ignored; nginx takes it for an old one."),
    ])

  private static let precedence = ConformanceSection(
    title: "13.2.2 Precedence",
    cases: [
      ConformanceCase(
        "If-Match: {tag}", "If-Unmodified-Since: {older}", gives: .whole,
        nginx: .preconditionFailed,
        because: "If-Unmodified-Since counts only without If-Match; nginx looks at both."),
      ConformanceCase(
        "If-Match: \"other\"", "If-Unmodified-Since: {newer}", gives: .preconditionFailed),
      ConformanceCase(
        "If-None-Match: {tag}", "If-Modified-Since: {older}", gives: .notModified, nginx: .whole,
        because: "If-Modified-Since counts only without If-None-Match; nginx wants both to agree."),
      ConformanceCase("If-None-Match: \"other\"", "If-Modified-Since: {date}", gives: .whole),
      ConformanceCase("If-Match: \"other\"", "If-None-Match: {tag}", gives: .preconditionFailed),
      ConformanceCase("If-Match: {tag}", "If-None-Match: {tag}", gives: .notModified),
      ConformanceCase(
        "If-Unmodified-Since: {older}", "If-None-Match: {tag}", gives: .preconditionFailed),
      ConformanceCase("If-Match: \"other\"", "Range: bytes=0-9", gives: .preconditionFailed),
      ConformanceCase("If-None-Match: {tag}", "Range: bytes=0-9", gives: .notModified),
      ConformanceCase("If-None-Match: {tag}", "Range: bytes={size}-", gives: .notModified),
      ConformanceCase("If-Modified-Since: {date}", "Range: bytes=0-9", gives: .notModified),
      ConformanceCase(
        "If-Unmodified-Since: {older}", "Range: bytes=0-9", gives: .preconditionFailed),
      ConformanceCase("If-Match: {tag}", "Range: bytes=0-9", gives: .part(0..<10)),
      ConformanceCase("If-None-Match: \"other\"", "Range: bytes=0-9", gives: .part(0..<10)),
      ConformanceCase(
        "If-Match: {tag}", "If-Range: \"other\"", "Range: bytes=0-9", gives: .whole),
    ])
}
