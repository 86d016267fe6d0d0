// SPDX-License-Identifier: Apache-2.0

/// What a request's head says, by reference to the bytes it was read from.
///
/// No text is copied: most requests ask for a file that is open already and set no condition.
public struct RequestHead: Sendable {
  /// The methods that are told apart; those that nothing here answers are `other`.
  public enum Method: UInt8, Sendable {
    case get, head, options, post, connect, other
  }

  /// What follows the head (RFC 9112 section 6).
  public enum Body: Hashable, Sendable {
    case none
    /// Content-Length.
    case length(UInt64)
    /// Transfer-Encoding: chunked.
    case chunked
  }

  /// Bytes of the head, counted from its start.
  public struct Slice: Hashable, Sendable {
    public var start: UInt32 = 0
    public var count: UInt32 = 0

    public init(_ range: Range<Int>) {
      start = UInt32(truncatingIfNeeded: range.lowerBound)
      count = UInt32(truncatingIfNeeded: range.count)
    }

    public init() {}

    public var range: Range<Int> { Int(start)..<Int(start) + Int(count) }
  }

  public var method = Method.other
  /// The method's name.
  public var methodName = Slice()
  /// The request target as it was sent.
  public var target = Slice()
  /// 0 or 1: HTTP/1.x.
  public var minorVersion: UInt8 = 1
  public var body = Body.none
  /// Whether the connection may serve another request (RFC 9112 section 9.3).
  public var keepsAlive = true
  /// Whether the client waits for 100 (RFC 9110 section 10.1.1).
  public var expectsContinue = false
  /// How long the head is, with the empty line that ends it.
  public var length = 0
  private var values = InlineArray<12, Slice>(repeating: Slice())
  private var present: UInt16 = 0
  private var repeated: UInt16 = 0

  public init() {}

  /// The value of `field`, nil when it is absent; of several the first.
  public subscript(field: RequestField) -> Slice? {
    contains(field) ? values[Int(field.rawValue)] : nil
  }

  /// Whether the request has `field`.
  @inline(__always)
  public func contains(_ field: RequestField) -> Bool { present & field.bit != 0 }

  /// Whether `field` came more than once.
  public func isRepeated(_ field: RequestField) -> Bool { repeated & field.bit != 0 }

  /// Whether any field is there that decides about more than all of a file.
  @inline(__always)
  public var hasConditions: Bool { present & RequestField.conditions != 0 }

  /// Notes a field; of several the first stays.
  mutating func note(_ field: RequestField, _ value: Slice) {
    if contains(field) {
      repeated |= field.bit
    } else {
      present |= field.bit
      values[Int(field.rawValue)] = value
    }
  }
}

/// The fields of a request that a server of files looks at.
public enum RequestField: UInt8, CaseIterable, Sendable {
  case host, connection, contentLength, transferEncoding, expect
  case range, ifRange, ifMatch, ifNoneMatch, ifModifiedSince, ifUnmodifiedSince
  case upgrade

  @inline(__always)
  fileprivate var bit: UInt16 { 1 << UInt16(rawValue) }

  fileprivate static let conditions: UInt16 =
    range.bit | ifRange.bit | ifMatch.bit | ifNoneMatch.bit | ifModifiedSince.bit
    | ifUnmodifiedSince.bit

  /// The field called `name`, letters of either case.
  @inline(__always)
  static func named(_ name: UnsafeRawBufferPointer) -> RequestField? {
    switch name.count {
    case 4: name.isLowercased("host") ? .host : nil
    case 5: name.isLowercased("range") ? .range : nil
    case 6: name.isLowercased("expect") ? .expect : nil
    case 7: name.isLowercased("upgrade") ? .upgrade : nil
    case 8:
      name.isLowercased("if-match") ? .ifMatch : name.isLowercased("if-range") ? .ifRange : nil
    case 10: name.isLowercased("connection") ? .connection : nil
    case 13: name.isLowercased("if-none-match") ? .ifNoneMatch : nil
    case 14: name.isLowercased("content-length") ? .contentLength : nil
    case 17:
      name.isLowercased("if-modified-since")
        ? .ifModifiedSince : name.isLowercased("transfer-encoding") ? .transferEncoding : nil
    case 19: name.isLowercased("if-unmodified-since") ? .ifUnmodifiedSince : nil
    default: nil
    }
  }
}

extension UnsafeRawBufferPointer {
  /// Whether these bytes are `text`, which is in lower case, but for the case of letters.
  @inline(__always)
  func isLowercased(_ text: StaticString) -> Bool {
    guard count == text.utf8CodeUnitCount else { return false }
    let other = text.utf8Start
    for index in 0..<count where self[index] | 0x20 != other[index] { return false }
    return true
  }

  /// Without OWS (RFC 9110 section 5.6.3) at either end of `range`.
  @inline(__always)
  func trimmingBlanks(_ range: Range<Int>) -> Range<Int> {
    var (start, end) = (range.lowerBound, range.upperBound)
    while start < end, self[start] == 0x20 || self[start] == 0x09 { start &+= 1 }
    while start < end, self[end &- 1] == 0x20 || self[end &- 1] == 0x09 { end &-= 1 }
    return start..<end
  }
}
