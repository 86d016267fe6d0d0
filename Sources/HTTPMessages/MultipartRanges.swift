// SPDX-License-Identifier: Apache-2.0

/// A `multipart/byteranges` body (RFC 9110 section 14.6): what stands between the parts.
///
///     "--" boundary CRLF Content-Type CRLF Content-Range CRLF CRLF bytes CRLF ... "--" boundary "--"
public struct MultipartRanges: Hashable, Sendable {
  /// One part: the lines before its bytes, and where these are.
  public struct Part: Hashable, Sendable {
    public let preamble: [UInt8]
    public let range: Range<UInt64>
  }

  public let parts: [Part]
  /// What ends the body.
  public let ending: [UInt8]
  private let boundary: String

  public init(_ ranges: [Range<UInt64>], of file: Representation, boundary: String) {
    self.boundary = boundary
    parts = ranges.map { range in
      let lines =
        "\r\n--\(boundary)\r\nContent-Type: \(file.mediaType)\r\n"
        + "Content-Range: \(ContentRange(range, of: file.size))\r\n\r\n"
      return Part(preamble: Array(lines.utf8), range: range)
    }
    ending = Array("\r\n--\(boundary)--\r\n".utf8)
  }

  /// The Content-Type of the whole.
  public var mediaType: String { "multipart/byteranges; boundary=\(boundary)" }

  /// The length of the whole.
  public var length: UInt64 {
    parts.reduce(UInt64(ending.count)) { sum, part in
      sum + UInt64(part.preamble.count) + (part.range.upperBound - part.range.lowerBound)
    }
  }
}
