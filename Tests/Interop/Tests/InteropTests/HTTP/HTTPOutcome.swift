// SPDX-License-Identifier: Apache-2.0

import ArchiveFixture

/// What a server made of a request for a file: the response with everything in it that must agree.
enum HTTPOutcome: Equatable, CustomStringConvertible {
  /// 200 with all of the file.
  case whole
  /// 200 to HEAD: no content, and the length that a GET would have.
  case head
  /// 206 with these bytes.
  case part(Range<Int>)
  /// 206 in multipart/byteranges, in this order.
  case parts([Range<Int>])
  /// 206 to HEAD.
  case headOfPart(Range<Int>)
  /// 304.
  case notModified
  /// 412.
  case preconditionFailed
  /// 416, with the length that the file has.
  case unsatisfiable
  /// Any other status.
  case status(Int)

  var description: String {
    switch self {
    case .whole: "200, whole"
    case .head: "200, head"
    case .part(let range): "206, \(range)"
    case .parts(let ranges): "206, \(ranges)"
    case .headOfPart(let range): "206, head of \(range)"
    case .notModified: "304"
    case .preconditionFailed: "412"
    case .unsatisfiable: "416"
    case .status(let status): "\(status)"
    }
  }

  /// Reads a response to a request for `file`.
  ///
  /// - Throws: `FixtureError` when it contradicts itself or has other bytes than the file.
  init(_ response: RawResponse, isHead: Bool, file: [UInt8]) throws {
    switch response.status {
    case 200 where isHead:
      try Self.check(response.content.isEmpty && response["content-length"] == "\(file.count)")
      self = .head
    case 200:
      try Self.check(response.content == file && response["content-length"] == "\(file.count)")
      self = .whole
    case 206: self = try Self.partial(response, isHead: isHead, file)
    case 304:
      // It has the validators of a 200 (RFC 9110 section 15.4.5).
      try Self.check(response.content.isEmpty && response["etag"] != nil)
      self = .notModified
    case 412: self = .preconditionFailed
    case 416:
      try Self.check(response["content-range"] == "bytes */\(file.count)")
      self = .unsatisfiable
    default: self = .status(response.status)
    }
  }

  private static func check(_ isRight: Bool, line: Int = #line) throws {
    guard isRight else { throw FixtureError("the response contradicts itself (line \(line))") }
  }

  private static func partial(
    _ response: RawResponse, isHead: Bool, _ file: [UInt8]
  ) throws -> HTTPOutcome {
    let type = response["content-type"] ?? ""
    let mark = "multipart/byteranges; boundary="
    if type.hasPrefix(mark) {
      try check(response["content-range"] == nil && !isHead)
      try check(response["content-length"] == "\(response.content.count)")
      return .parts(
        try parts(response.content[...], boundary: String(type.dropFirst(mark.count)), file))
    }
    let range = try range(response["content-range"], file)
    try check(response["content-length"] == "\(range.count)")
    if isHead {
      try check(response.content.isEmpty)
      return .headOfPart(range)
    }
    try check(response.content[...] == file[range])
    return .part(range)
  }

  /// Reads a multipart body (RFC 9110 section 14.6), each part's bytes compared.
  private static func parts(
    _ content: ArraySlice<UInt8>, boundary: String, _ file: [UInt8]
  ) throws -> [Range<Int>] {
    var ranges: [Range<Int>] = []
    var rest = content
    while let (_, part) = rest.split(at: "--\(boundary)"), !part.starts(with: Array("--".utf8)) {
      guard let (head, bytes) = part.split(at: "\r\n\r\n") else {
        throw FixtureError("a part without a head")
      }
      let lines = String(decoding: head, as: UTF8.self).replacing("\r\n", "\n")
      let fields = try RawResponse.fields(lines.split(separator: "\n"))
      let range = try range(fields.first { $0.name == "content-range" }?.value, file)
      try check(bytes.prefix(range.count) == file[range])
      try check(bytes.dropFirst(range.count).starts(with: Array("\r\n--\(boundary)".utf8)))
      ranges.append(range)
      rest = bytes.dropFirst(range.count)
    }
    return ranges
  }

  /// `bytes first-last/length`.
  private static func range(_ field: String?, _ file: [UInt8]) throws -> Range<Int> {
    let words = (field ?? "").split { " -/".contains($0) }
    guard words.count == 4, words[0] == "bytes", let first = Int(words[1]),
      let last = Int(words[2]), words[3] == "\(file.count)", first <= last, last < file.count
    else { throw FixtureError("no range: \(field ?? "none")") }
    return first..<last + 1
  }
}
