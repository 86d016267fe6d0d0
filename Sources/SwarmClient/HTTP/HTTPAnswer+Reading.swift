// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages

extension HTTPAnswer {
  /// Reads the head of the response to `request`.
  ///
  /// - Parameters:
  ///   - head: what the server said.
  ///   - request: what it was asked.
  ///   - skip: bytes before the wanted ones that may be dropped.
  ///   - longestWait: the longest `Retry-After` that is believed, in seconds.
  /// - Throws: `HTTPFailure` for a status that brings no bytes, and for bytes other than the wanted.
  init(
    _ head: ResponseFields, to request: HTTPRequest, skip: UInt64, longestWait: Int64
  ) throws(HTTPFailure) {
    let length = try head.length
    status = head.status
    entityTag = head.entityTag
    lastModified = head.lastModified
    switch status {
    case 304 where request.ifNoneMatch != nil || request.ifModifiedSince != nil:
      (offset, self.length, total, skipped) = (0, 0, nil, 0)
    case 200:
      guard request.start <= skip else { throw .rangesUnsupported }
      (offset, total, skipped) = (request.start, length, request.start)
      self.length = try Self.wanted(of: length, request)
    case 206:
      let field = head.contentRange ?? ""
      guard request.rangeField != nil, let range = ContentRange(field) else {
        throw .wrongRange(field)
      }
      try Self.check(range, field, request)
      (offset, total, skipped) = (range.bytes.lowerBound, range.total, 0)
      let count = UInt64(range.bytes.count)
      guard length == nil || length == count else { throw .wrongRange(field) }
      guard count <= request.limit else { throw .tooLarge(request.limit) }
      self.length = count
    default: throw .status(status, retryAfter: head.wait(atMost: longestWait))
    }
  }

  /// What of a whole file the caller gets.
  private static func wanted(
    of length: UInt64?, _ request: HTTPRequest
  ) throws(HTTPFailure) -> UInt64? {
    if case .bytes(let range) = request.part {
      guard let length else { return UInt64(range.count) }
      guard length >= range.upperBound else { throw .wrongRange("\(length) bytes in all") }
      return UInt64(range.count)
    }
    guard let length else { return nil }
    guard length >= request.start else { throw .wrongRange("\(length) bytes in all") }
    guard length - request.start <= request.limit else { throw .tooLarge(request.limit) }
    return length - request.start
  }

  /// RFC 9110 section 14.4: a server may send less than was asked for; this client does not ask for
  /// what is not there, so less would be another file.
  private static func check(
    _ range: ContentRange, _ field: String, _ request: HTTPRequest
  ) throws(HTTPFailure) {
    switch request.part {
    case .whole: throw .wrongRange(field)
    case .bytes(let wanted): guard range.bytes == wanted else { throw .wrongRange(field) }
    case .from(let offset):
      guard range.bytes.lowerBound == offset,
        range.total.map({ $0 == range.bytes.upperBound }) ?? true
      else { throw .wrongRange(field) }
    }
  }
}

/// A `Content-Range` of bytes (RFC 9110 section 14.4).
struct ContentRange: Hashable, Sendable {
  /// Never empty.
  let bytes: Range<UInt64>
  /// Nil where the server does not know.
  let total: UInt64?

  /// Reads `bytes 0-499/1234`, or `bytes 0-499/*`; nil for anything else.
  init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
    let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2 else { return nil }
    let ends = parts[0].split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, let first = Self.number(ends[0]), let last = Self.number(ends[1]),
      first <= last
    else { return nil }
    bytes = first..<last + 1
    if parts[1] == "*" {
      total = nil
    } else {
      guard let number = Self.number(parts[1]), number > last else { return nil }
      total = number
    }
  }

  /// Of digits alone; sizes of files end far below this.
  private static func number(_ text: Substring) -> UInt64? {
    guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = UInt64(text),
      number <= 1 << 60
    else { return nil }
    return number
  }
}
