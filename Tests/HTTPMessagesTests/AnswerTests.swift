// SPDX-License-Identifier: Apache-2.0

import HTTPMessages
import Testing

/// The fields of RFC 9110 sections 8, 14.4 and 15.
struct AnswerTests {
  private let now = HTTPDate(seconds: 784_111_777)
  private let file = Representation(
    size: 1234, tag: EntityTag(opaque: "xyzzy"), modified: HTTPDate(seconds: 783_459_811),
    mediaType: "application/gzip")

  private func answer(_ set: (inout RequestConditions) -> Void) -> Answer {
    var conditions = RequestConditions()
    set(&conditions)
    return Answer(file, conditions, isGet: true, now: now)
  }

  @Test func wholeFile() {
    let answer = answer { _ in }
    #expect(answer.status == 200)
    #expect(answer.length == 1234)
    #expect(answer["Content-Type"] == "application/gzip")
    #expect(answer["Accept-Ranges"] == "bytes")
    #expect(answer["ETag"] == "\"xyzzy\"")
    #expect(answer["Last-Modified"] == "Sat, 29 Oct 1994 19:43:31 GMT")
    #expect(answer["Content-Range"] == nil)
  }

  /// The examples of section 14.4.
  @Test func contentRange() {
    let part = answer { $0.range = ByteRangeSet("bytes=42-1233") }
    #expect(part.status == 206)
    #expect(part.length == 1192)
    #expect(part["Content-Range"] == "bytes 42-1233/1234")
    let unsatisfied = answer { $0.range = ByteRangeSet("bytes=1234-") }
    #expect(unsatisfied.status == 416)
    #expect(unsatisfied["Content-Range"] == "bytes */1234")
  }

  /// Section 15.3.7.2.
  @Test func severalPartsAreMultipart() throws {
    var conditions = RequestConditions()
    conditions.range = ByteRangeSet("bytes=0-9,1000-1099,-1")
    let answer = Answer(file, conditions, isGet: true, now: now, boundary: "THIS")
    #expect(answer.status == 206)
    #expect(answer["Content-Type"] == "multipart/byteranges; boundary=THIS")
    #expect(answer["Content-Range"] == nil)
    guard case .parts(let parts) = answer.content else {
      Issue.record("expected several parts")
      return
    }
    #expect(parts.parts.map(\.range) == [0..<10, 1000..<1100, 1233..<1234])
    let first = try #require(parts.parts.first)
    #expect(
      String(decoding: first.preamble, as: UTF8.self)
        == "\r\n--THIS\r\nContent-Type: application/gzip\r\n"
        + "Content-Range: bytes 0-9/1234\r\n\r\n")
    #expect(String(decoding: parts.ending, as: UTF8.self) == "\r\n--THIS--\r\n")
    let preambles = parts.parts.reduce(0) { $0 + $1.preamble.count }
    #expect(answer.length == UInt64(10 + 100 + 1 + preambles + parts.ending.count))
  }

  /// Section 14.2: a server may ignore Range.
  @Test(arguments: [
    ("bytes=42-1233", 206, 42..<1234, "bytes 42-1233/1234"),
    ("bytes=0-9,1000-1099", 200, 0..<1234, nil),
  ])
  func whatIsMadeHereIsGivenInOnePart(
    range: String, status: UInt16, bytes: Range<UInt64>, contentRange: String?
  ) {
    var conditions = RequestConditions()
    conditions.range = ByteRangeSet(range)
    let answer = Answer(made: file, conditions, isGet: true, now: now) { .zeros($0) }
    #expect(answer.status == status)
    #expect(answer.content == .zeros(bytes))
    #expect(answer["Content-Range"] == contentRange)
    #expect(answer["Content-Type"] == "application/gzip")
  }

  @Test func notModifiedHasValidatorsOnly() {
    let answer = answer { $0.ifNoneMatch = "\"xyzzy\"" }
    #expect(answer.status == 304)
    #expect(answer.content == .none)
    #expect(answer.fields.isEmpty)
    #expect(answer.entity.fields.map(\.name) == ["ETag", "Last-Modified"])
  }

  @Test func lastModifiedIsNotAheadOfDate() {
    let ahead = Representation(
      size: 1, tag: file.tag, modified: HTTPDate(seconds: now.seconds + 60),
      mediaType: file.mediaType)
    let answer = Answer(ahead, RequestConditions(), isGet: true, now: now)
    #expect(answer["Last-Modified"] == now.description)
  }

  @Test func refusalsSayWhy() {
    #expect(Answer.methodNotAllowed("GET, HEAD")["Allow"] == "GET, HEAD")
    for answer in [Answer.notFound, .badRequest, .forbidden, .serverError] {
      #expect(answer.length ?? 0 > 0)
      #expect(answer["Content-Type"] == "text/plain; charset=utf-8")
    }
  }

  @Test(arguments: [
    ("a_1_amd64.deb", "application/vnd.debian.binary-package"),
    ("a_1_amd64.udeb", "application/vnd.debian.binary-package"),
    ("Packages.gz", "application/gzip"), ("Packages.xz", "application/x-xz"),
    ("InRelease", "application/octet-stream"), ("a.", "application/octet-stream"),
    ("a_1.tar.unknown", "application/octet-stream"),
  ])
  func mediaTypes(name: String, type: String) {
    #expect(MediaType.of(name) == type)
  }
}
