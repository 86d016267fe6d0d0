// SPDX-License-Identifier: Apache-2.0

/// What is asked of a web server: a file, or some of its bytes.
package struct HTTPRequest: Hashable, Sendable {
  /// Which bytes (RFC 9110 section 14).
  package enum Part: Hashable, Sendable {
    case whole
    /// Never empty.
    case bytes(Range<UInt64>)
    case from(UInt64)
  }

  package var url: HTTPURL
  package var part: Part
  /// A strong entity tag: other bytes come only if the file is still that one.
  package var ifRange: String?
  /// An entity tag: 304 comes if the file is still that one.
  package var ifNoneMatch: String?
  /// A date as HTTP writes it: 304 comes unless the file is newer.
  package var ifModifiedSince: String?
  /// The most bytes that are taken.
  package var limit: UInt64

  /// Asks for `part` of `url`.
  package init(
    _ url: HTTPURL, _ part: Part = .whole, ifRange: String? = nil, ifNoneMatch: String? = nil,
    ifModifiedSince: String? = nil, limit: UInt64 = 1 << 44
  ) {
    self.url = url
    self.part = part
    self.ifRange = ifRange
    self.ifNoneMatch = ifNoneMatch
    self.ifModifiedSince = ifModifiedSince
    self.limit = limit
  }

  /// The `Range` field, where there is one.
  package var rangeField: String? {
    switch part {
    case .whole: nil
    case .bytes(let range): "bytes=\(range.lowerBound)-\(range.upperBound - 1)"
    case .from(let offset): "bytes=\(offset)-"
    }
  }

  /// The first byte that is wanted.
  package var start: UInt64 {
    switch part {
    case .whole: 0
    case .bytes(let range): range.lowerBound
    case .from(let offset): offset
    }
  }
}

/// What a response's head says of the bytes that follow.
package struct HTTPAnswer: Hashable, Sendable {
  /// 200, 206 or 304.
  package let status: Int
  /// Where in the file the first byte that is given to the caller lies.
  package let offset: UInt64
  /// How many bytes the caller gets; nil where only the end of the response tells.
  package let length: UInt64?
  /// The size of the whole file, where the server says.
  package let total: UInt64?
  /// Bytes of the response before those.
  package let skipped: UInt64
  package let entityTag: String?
  package let lastModified: String?
}

/// What comes of a request, in this order; after `end` nothing more.
package enum HTTPEvent<Body> {
  case head(HTTPAnswer)
  case body(Body)
  case end(HTTPFailure?)
}
