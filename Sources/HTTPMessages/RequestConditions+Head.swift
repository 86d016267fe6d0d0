// SPDX-License-Identifier: Apache-2.0

extension RequestConditions {
  /// Takes the fields out of a request's head.
  public init(_ head: RequestHead, in bytes: UnsafeRawBufferPointer) {
    self.init()
    ifMatch = Self.list(.ifMatch, "if-match", head, bytes)
    ifNoneMatch = Self.list(.ifNoneMatch, "if-none-match", head, bytes)
    ifModifiedSince = Self.single(.ifModifiedSince, head, bytes)
    ifUnmodifiedSince = Self.single(.ifUnmodifiedSince, head, bytes)
    // If-Range that cannot be understood must not let a range of another file through.
    ifRange =
      head.isRepeated(.ifRange) ? "" : Self.single(.ifRange, head, bytes)
    if !head.isRepeated(.range), let slice = head[.range] {
      range = ByteRangeSet(UnsafeRawBufferPointer(rebasing: bytes[slice.range]))
    }
  }

  /// A field that holds one value is ignored when it comes twice.
  private static func single(
    _ field: RequestField, _ head: RequestHead, _ bytes: UnsafeRawBufferPointer
  ) -> String? {
    guard !head.isRepeated(field), let slice = head[field] else { return nil }
    return text(bytes, slice.range)
  }

  /// A field that holds a list may come in several lines (RFC 9110 section 5.3).
  private static func list(
    _ field: RequestField, _ name: StaticString, _ head: RequestHead,
    _ bytes: UnsafeRawBufferPointer
  ) -> String? {
    guard let slice = head[field] else { return nil }
    guard head.isRepeated(field) else { return text(bytes, slice.range) }
    return bytes.fieldValues(named: name, head: head).map { text(bytes, $0) }
      .joined(separator: ", ")
  }

  private static func text(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }
}

extension UnsafeRawBufferPointer {
  /// Where the values of all fields called `name` (in lower case) stand in a head that was parsed.
  package func fieldValues(named name: StaticString, head: RequestHead) -> [Range<Int>] {
    var values: [Range<Int>] = []
    // The request line comes first; the target has no LF in it.
    var line = (self[head.target.range.upperBound...].firstIndex(of: 0x0A) ?? head.length) + 1
    while line < head.length, let end = self[line..<head.length].firstIndex(of: 0x0A) {
      if let colon = self[line..<end].firstIndex(of: 0x3A),
        UnsafeRawBufferPointer(rebasing: self[line..<colon]).isLowercased(name)
      {
        values.append(trimmingBlanks(colon + 1..<end - 1))
      }
      line = end + 1
    }
    return values
  }
}
