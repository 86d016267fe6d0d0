// SPDX-License-Identifier: Apache-2.0

public import ArchiveModel

/// The head of an HTTP/1.x request (RFC 9112), as far as a tracker has to understand it.
public struct RequestHead: Hashable, Sendable {
  /// What the path ends with.
  public enum Resource: Hashable, Sendable {
    case announce, scrape, other
  }

  /// How many bytes it takes, its empty line included.
  public private(set) var length = 0
  public private(set) var isGet = false
  public private(set) var isHead = false
  /// Where the path stands in the request.
  public private(set) var path = 0..<0
  /// Where the query stands, without its question mark.
  public private(set) var query = 0..<0
  public private(set) var resource = Resource.other
  /// Whether the client speaks HTTP/1.0, where a connection ends unless it is said otherwise.
  public private(set) var isOld = false
  /// Whether the connection goes on afterwards.
  public private(set) var staysOpen = true
  /// Where the value of Host stands; empty where there is none.
  public private(set) var host = 0..<0
  /// The last address of X-Forwarded-For.
  public private(set) var forwardedFor: IPAddress?

  /// Reads the head at the start of `bytes`; nil while it is not all there.
  ///
  /// - Throws: `Refusal`; the connection has to be closed then, because nobody knows where the next
  ///   request begins.
  public init?(_ bytes: RawSpan) throws(Refusal) {
    var line = 0
    // A client may send an empty line before (RFC 9112 section 2.2).
    while line < bytes.byteCount, bytes[line] == 0x0D || bytes[line] == 0x0A { line += 1 }
    let start = line
    while let end = bytes.firstIndex(of: 0x0A, in: line..<bytes.byteCount) {
      let isTerminated = end > line && bytes[end - 1] == 0x0D
      let content = line..<(isTerminated ? end - 1 : end)
      if line == start {
        try readRequestLine(bytes, content)
      } else if content.isEmpty {
        length = end + 1
        if isOld, !saidKeepAlive { staysOpen = false }
        return
      } else {
        try readField(bytes, content)
      }
      line = end + 1
    }
    guard bytes.byteCount < TrackerLimits.requestBytes else { throw .tooLong }
    return nil
  }

  private var saidKeepAlive = false

  /// `method SP request-target SP HTTP-version`.
  private mutating func readRequestLine(_ bytes: RawSpan, _ line: Range<Int>) throws(Refusal) {
    guard let first = bytes.firstIndex(of: 0x20, in: line),
      let second = bytes.firstIndex(of: 0x20, in: first + 1..<line.upperBound),
      second > first + 1
    else { throw .malformed }
    let version = second + 1..<line.upperBound
    isOld = bytes.equals(version, "HTTP/1.0")
    guard isOld || bytes.equals(version, "HTTP/1.1") else { throw .malformed }
    isGet = bytes.equals(line.lowerBound..<first, "GET")
    isHead = bytes.equals(line.lowerBound..<first, "HEAD")
    readTarget(bytes, first + 1..<second)
  }

  private mutating func readTarget(_ bytes: RawSpan, _ target: Range<Int>) {
    let mark = bytes.firstIndex(of: 0x3F, in: target) ?? target.upperBound
    path = target.lowerBound..<mark
    query = min(mark + 1, target.upperBound)..<target.upperBound
    // The last component decides, whatever a proxy puts before it.
    func ends(with text: StaticString) -> Bool {
      let start = path.upperBound - text.utf8CodeUnitCount
      return start >= path.lowerBound && bytes.equals(start..<path.upperBound, text)
    }
    resource = ends(with: "/announce") ? .announce : ends(with: "/scrape") ? .scrape : .other
  }

  private mutating func readField(_ bytes: RawSpan, _ line: Range<Int>) throws(Refusal) {
    guard let colon = bytes.firstIndex(of: 0x3A, in: line) else { throw .malformed }
    let name = line.lowerBound..<colon
    let value = bytes.trimmed(colon + 1..<line.upperBound)
    switch name.count {
    case 4 where bytes.equalsIgnoringCase(name, "host"): host = value
    case 10 where bytes.equalsIgnoringCase(name, "connection"):
      if bytes.containsToken(value, "close") { staysOpen = false }
      if bytes.containsToken(value, "keep-alive") { saidKeepAlive = true }
    case 14 where bytes.equalsIgnoringCase(name, "content-length"):
      // A GET has no content, and a length that is not zero hides another request.
      guard bytes.equals(value, "0") else { throw .malformed }
    case 17 where bytes.equalsIgnoringCase(name, "transfer-encoding"): throw .malformed
    case 15 where bytes.equalsIgnoringCase(name, "x-forwarded-for"):
      forwardedFor = bytes.lastAddress(value)
    default: break
    }
  }
}

extension RawSpan {
  /// `range` without blanks at either end.
  fileprivate func trimmed(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, self[start] == 0x20 || self[start] == 0x09 { start += 1 }
    while end > start, self[end - 1] == 0x20 || self[end - 1] == 0x09 { end -= 1 }
    return start..<end
  }

  /// Whether `range` is `text`, which is in lower case.
  fileprivate func equalsIgnoringCase(_ range: Range<Int>, _ text: StaticString) -> Bool {
    guard range.count == text.utf8CodeUnitCount else { return false }
    for index in 0..<range.count {
      var byte = self[range.lowerBound + index]
      if (0x41...0x5A).contains(byte) { byte |= 0x20 }
      if byte != text.utf8Start[index] { return false }
    }
    return true
  }

  /// Whether one of the elements of a comma-separated list is `token`.
  fileprivate func containsToken(_ range: Range<Int>, _ token: StaticString) -> Bool {
    var start = range.lowerBound
    while start < range.upperBound {
      let end = firstIndex(of: 0x2C, in: start..<range.upperBound) ?? range.upperBound
      if equalsIgnoringCase(trimmed(start..<end), token) { return true }
      start = end + 1
    }
    return false
  }

  /// The last element of a comma-separated list, as an address: the one that the proxy itself added.
  fileprivate func lastAddress(_ range: Range<Int>) -> IPAddress? {
    var start = range.lowerBound
    while let comma = firstIndex(of: 0x2C, in: start..<range.upperBound) { start = comma + 1 }
    let last = trimmed(start..<range.upperBound)
    // An IPv6 address with a zone or port is none.
    guard last.count <= 45 else { return nil }
    return extracting(last).withUnsafeBytes { IPAddress(String(decoding: $0, as: UTF8.self)) }
  }
}
