// SPDX-License-Identifier: Apache-2.0

import HTTPMessages
import Testing

/// RFC 9110 section 13, with the dates and tags of its examples.
struct RequestConditionsTests {
  private static let date = "Sat, 29 Oct 1994 19:43:31 GMT"
  private static let earlier = "Sat, 29 Oct 1994 19:43:30 GMT"
  private static let later = "Sat, 29 Oct 1994 19:43:32 GMT"
  private let now = HTTPDate(seconds: 784_111_777)
  private let file = Representation(
    size: 1234, tag: EntityTag(opaque: "xyzzy"), modified: HTTPDate(seconds: 783_459_811),
    mediaType: "application/octet-stream")

  private func outcome(
    isGet: Bool = true, now: HTTPDate? = nil, _ set: (inout RequestConditions) -> Void
  ) -> RequestConditions.Outcome {
    var conditions = RequestConditions()
    set(&conditions)
    return conditions.outcome(for: file, isGet: isGet, now: now ?? self.now)
  }

  @Test func nothingAskedIsTheWhole() { #expect(outcome { _ in } == .whole) }

  @Test func rangeIsForGetAlone() {
    #expect(outcome { $0.range = ByteRangeSet("bytes=42-1233") } == .part(42..<1234))
    #expect(outcome(isGet: false) { $0.range = ByteRangeSet("bytes=42-1233") } == .whole)
    #expect(outcome { $0.range = ByteRangeSet("bytes=1234-") } == .unsatisfiable)
    #expect(outcome(isGet: false) { $0.range = ByteRangeSet("bytes=1234-") } == .whole)
    #expect(outcome { $0.range = ByteRangeSet("bytes=0-1,400-401") } == .parts([0..<2, 400..<402]))
    #expect(outcome { $0.range = ByteRangeSet("bytes=2000-,3000-") } == .unsatisfiable)
  }

  @Test func ifModifiedSince() {
    #expect(outcome { $0.ifModifiedSince = Self.date } == .notModified)
    #expect(outcome { $0.ifModifiedSince = Self.later } == .notModified)
    #expect(outcome(isGet: false) { $0.ifModifiedSince = Self.date } == .notModified)
    #expect(outcome { $0.ifModifiedSince = Self.earlier } == .whole)
    #expect(outcome { $0.ifModifiedSince = "yesterday" } == .whole)
  }

  @Test func ifNoneMatchComesBeforeTheDate() {
    #expect(outcome { $0.ifNoneMatch = "W/\"xyzzy\"" } == .notModified)
    #expect(outcome { $0.ifNoneMatch = "*" } == .notModified)
    #expect(outcome { $0.ifNoneMatch = "\"r2d2xxxx\"" } == .whole)
    #expect(
      outcome {
        $0.ifNoneMatch = "\"r2d2xxxx\""
        $0.ifModifiedSince = Self.date
      } == .whole)
  }

  @Test func ifMatchTakesStrongTagsOnly() {
    #expect(outcome { $0.ifMatch = "\"r2d2xxxx\", \"xyzzy\"" } == .whole)
    #expect(outcome { $0.ifMatch = "*" } == .whole)
    #expect(outcome { $0.ifMatch = "W/\"xyzzy\"" } == .preconditionFailed)
    #expect(outcome { $0.ifMatch = "xyzzy" } == .preconditionFailed)
  }

  @Test func ifUnmodifiedSinceYieldsToIfMatch() {
    #expect(outcome { $0.ifUnmodifiedSince = Self.date } == .whole)
    #expect(outcome { $0.ifUnmodifiedSince = Self.earlier } == .preconditionFailed)
    #expect(
      outcome {
        $0.ifUnmodifiedSince = Self.earlier
        $0.ifMatch = "\"xyzzy\""
      } == .whole)
  }

  /// What apt sends to resume a file.
  @Test func ifRangeWithADateMeansThatVeryDate() {
    func resumed(_ date: String, now: HTTPDate? = nil) -> RequestConditions.Outcome {
      outcome(now: now) {
        $0.ifRange = date
        $0.range = ByteRangeSet("bytes=1000-")
      }
    }
    #expect(resumed(Self.date) == .part(1000..<1234))
    #expect(resumed(Self.later) == .whole)
    #expect(resumed(Self.earlier) == .whole)
    #expect(resumed("soon") == .whole)
    // Within the second of the change a date is no strong validator.
    #expect(resumed(Self.date, now: file.modified) == .whole)
  }

  @Test func ifRangeWithATagComparesStrongly() {
    func resumed(_ tag: String) -> RequestConditions.Outcome {
      outcome {
        $0.ifRange = tag
        $0.range = ByteRangeSet("bytes=1000-")
      }
    }
    #expect(resumed("\"xyzzy\"") == .part(1000..<1234))
    #expect(resumed("W/\"xyzzy\"") == .whole)
    #expect(resumed("\"r2d2xxxx\"") == .whole)
  }

  @Test func aFailedIfRangeSparesThe416() {
    #expect(
      outcome {
        $0.ifRange = "\"r2d2xxxx\""
        $0.range = ByteRangeSet("bytes=1234-")
      } == .whole)
  }

  @Test func anEmptyFileIsSentWhole() {
    let empty = Representation(
      size: 0, tag: file.tag, modified: file.modified, mediaType: file.mediaType)
    var conditions = RequestConditions()
    conditions.range = ByteRangeSet("bytes=-5")
    #expect(conditions.outcome(for: empty, isGet: true, now: now) == .whole)
    conditions.range = ByteRangeSet("bytes=0-")
    #expect(conditions.outcome(for: empty, isGet: true, now: now) == .unsatisfiable)
  }
}
