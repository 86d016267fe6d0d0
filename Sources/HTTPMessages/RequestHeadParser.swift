// SPDX-License-Identifier: Apache-2.0

private import Glibc

/// Reads request heads of HTTP/1.1 (RFC 9112 sections 2 to 6) out of bytes as they arrive.
///
/// Strict where leniency has let requests be smuggled: lines end with CRLF, no space stands before
/// a colon, no line is folded, and a length is said once and in one way. A line is looked at once,
/// however its bytes arrive.
public struct RequestHeadParser: Sendable {
  /// What came of the bytes so far.
  public enum Outcome: Sendable {
    /// The head is not complete.
    case needsMore
    case head(RequestHead)
    case refused(Refusal)
  }

  /// Why a connection cannot go on: where the next request would begin is unknown.
  public enum Refusal: UInt16, Error, Hashable, Sendable {
    case malformed = 400
    case targetTooLong = 414
    case fieldsTooLarge = 431
    /// A transfer coding that is not chunked.
    case notImplemented = 501
    case versionNotSupported = 505
  }

  private let limits: RequestLimits
  private var head = RequestHead()
  /// Where the line begins that is not complete yet.
  private var line = 0
  /// Up to where no end of line was found.
  private var searched = 0
  private var fields = 0
  private var hasTarget = false
  private var emptyLines = 0

  public init(limits: RequestLimits = RequestLimits()) { self.limits = limits }

  /// Whether some of a request has come, but not all of its head.
  public var isUnderWay: Bool { hasTarget || line > 0 || searched > 0 }

  /// Begins the next request, whose bytes are counted from 0 again.
  public mutating func reset() { self = RequestHeadParser(limits: limits) }

  /// Goes on with `bytes`, all of what has come since the last request ended: those of the calls
  /// before and what followed them.
  public mutating func parse(_ bytes: UnsafeRawBufferPointer) -> Outcome {
    while let end = endOfLine(in: bytes) {
      if end >= limits.headBytes { return .refused(tooLong) }
      guard end > line || hasTarget else {
        // RFC 9112 section 2.2: empty lines before a request are skipped.
        emptyLines += 1
        guard emptyLines <= limits.leadingEmptyLines else { return .refused(.malformed) }
        line = end + 2
        searched = line
        continue
      }
      do throws(Refusal) {
        let range = line..<end
        line = end + 2
        searched = line
        if range.isEmpty { return .head(try finished()) }
        if hasTarget { try field(bytes, range) } else { try requestLine(bytes, range) }
      } catch {
        return .refused(error)
      }
    }
    if bytes.count > limits.headBytes { return .refused(tooLong) }
    return isHopeless(bytes) ? .refused(.malformed) : .needsMore
  }

  private var tooLong: Refusal { hasTarget ? .fieldsTooLarge : .targetTooLong }

  /// Where the CRLF begins that ends the current line; nil when it has not come.
  @inline(__always)
  private mutating func endOfLine(in bytes: UnsafeRawBufferPointer) -> Int? {
    guard searched < bytes.count, let base = bytes.baseAddress else { return nil }
    guard let found = memchr(base + searched, 0x0A, bytes.count - searched) else {
      searched = bytes.count
      return nil
    }
    let position = base.distance(to: UnsafeRawPointer(found))
    // An LF alone stays where it is found, and makes the request hopeless.
    guard position > line, bytes[position - 1] == 0x0D else {
      searched = position
      return nil
    }
    return position - 1
  }

  /// Whether no byte that may come can mend what has come: no reason to wait for a deadline.
  private func isHopeless(_ bytes: UnsafeRawBufferPointer) -> Bool {
    if searched < bytes.count { return true }
    guard !hasTarget, line < bytes.count else { return false }
    let first = bytes[line]
    return !first.isToken && first != 0x0D
  }

  /// `method SP target SP HTTP/1.x` (RFC 9112 section 3).
  private mutating func requestLine(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
  ) throws(Refusal) {
    var position = range.lowerBound
    while position < range.upperBound, bytes[position].isToken { position += 1 }
    let method = range.lowerBound..<position
    guard !method.isEmpty, method.count <= limits.methodBytes, position < range.upperBound,
      bytes[position] == 0x20
    else { throw .malformed }
    let start = position + 1
    position = start
    while position < range.upperBound, bytes[position] > 0x20, bytes[position] != 0x7F {
      position += 1
    }
    let target = start..<position
    guard !target.isEmpty, position < range.upperBound, bytes[position] == 0x20 else {
      throw .malformed
    }
    guard target.count <= limits.targetBytes else { throw .targetTooLong }
    head.minorVersion = try Self.minorVersion(
      UnsafeRawBufferPointer(rebasing: bytes[position + 1..<range.upperBound]))
    head.keepsAlive = head.minorVersion > 0
    head.methodName = RequestHead.Slice(method)
    head.method = Self.method(UnsafeRawBufferPointer(rebasing: bytes[method]))
    head.target = RequestHead.Slice(target)
    hasTarget = true
  }

  private static func method(_ name: UnsafeRawBufferPointer) -> RequestHead.Method {
    switch name.count {
    case 3: name.starts(with: "GET") ? .get : .other
    case 4: name.starts(with: "HEAD") ? .head : name.starts(with: "POST") ? .post : .other
    case 7:
      name.starts(with: "OPTIONS") ? .options : name.starts(with: "CONNECT") ? .connect : .other
    default: .other
    }
  }

  /// RFC 9110 section 2.5: a higher minor version is served as the highest known.
  private static func minorVersion(_ text: UnsafeRawBufferPointer) throws(Refusal) -> UInt8 {
    guard text.count == 8, text.starts(with: "HTTP/"), text[6] == 0x2E, text[5].isDigit,
      text[7].isDigit
    else { throw .malformed }
    guard text[5] == 0x31 else { throw .versionNotSupported }
    return text[7] == 0x30 ? 0 : 1
  }

  /// `name ":" OWS value OWS` (RFC 9112 section 5).
  private mutating func field(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
  ) throws(Refusal) {
    fields += 1
    guard fields <= limits.fields else { throw .fieldsTooLarge }
    var colon = range.lowerBound
    while colon < range.upperBound, bytes[colon].isToken { colon += 1 }
    // Also refused here: a line that is folded, and a space before the colon (section 5.1, 5.2).
    guard colon > range.lowerBound, colon < range.upperBound, bytes[colon] == 0x3A else {
      throw .malformed
    }
    for position in colon + 1..<range.upperBound where !bytes[position].isFieldContent {
      throw .malformed
    }
    let name = UnsafeRawBufferPointer(rebasing: bytes[range.lowerBound..<colon])
    guard let field = RequestField.named(name) else { return }
    let value = bytes.trimmingBlanks(colon + 1..<range.upperBound)
    try interpret(field, UnsafeRawBufferPointer(rebasing: bytes[value]))
    head.note(field, RequestHead.Slice(value))
  }

  private mutating func interpret(
    _ field: RequestField, _ value: UnsafeRawBufferPointer
  ) throws(Refusal) {
    switch field {
    case .host:
      // RFC 9112 section 3.2: exactly one.
      guard !head.contains(.host), value.allSatisfy({ $0.isHost }) else { throw .malformed }
    case .contentLength:
      // One length, said once: RFC 9112 section 6.3 would allow the same one twice.
      guard !head.contains(.contentLength), let length = value.decimal, length <= 1 << 62 else {
        throw .malformed
      }
      head.body = .length(length)
    case .transferEncoding:
      guard !head.contains(.transferEncoding), head.minorVersion > 0 else { throw .malformed }
      guard value.isLowercased("chunked") else { throw .notImplemented }
    case .connection: connection(value)
    case .expect: head.expectsContinue = value.isLowercased("100-continue")
    default: break
    }
  }

  private mutating func connection(_ value: UnsafeRawBufferPointer) {
    for option in value.split(separator: 0x2C) {
      let word = UnsafeRawBufferPointer(
        rebasing: value[value.trimmingBlanks(option.startIndex..<option.endIndex)])
      if word.isLowercased("close") { head.keepsAlive = false }
      if word.isLowercased("keep-alive"), head.minorVersion == 0 { head.keepsAlive = true }
    }
  }

  private mutating func finished() throws(Refusal) -> RequestHead {
    guard head.contains(.host) || head.minorVersion == 0 else { throw .malformed }
    if head.contains(.transferEncoding) {
      // RFC 9112 section 6.3: both is an attack or a mistake.
      guard !head.contains(.contentLength) else { throw .malformed }
      head.body = .chunked
    }
    // Another protocol might follow: nothing after this request is read as HTTP.
    if head.contains(.upgrade) || head.method == .connect { head.keepsAlive = false }
    head.length = line
    return head
  }
}
