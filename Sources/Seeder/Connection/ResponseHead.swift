// SPDX-License-Identifier: Apache-2.0

private import ArchiveModel
package import HTTPMessages
package import NIOCore

/// Writes the head of an HTTP/1.1 response.
package enum ResponseHead {
  /// What a response says of its connection and its content.
  package struct Framing: Sendable {
    package var minorVersion: UInt8 = 1
    /// Whether another request may follow.
    package var keepsAlive = true

    package init(minorVersion: UInt8 = 1, keepsAlive: Bool = true) {
      self.minorVersion = minorVersion
      self.keepsAlive = keepsAlive
    }
  }

  /// Appends status line and fields. `date` is the line `Date: ...` with its CRLF.
  @inline(__always)
  package static func write(
    _ answer: Answer, framing: Framing, date: [UInt8], to output: inout ByteBuffer
  ) {
    output.writeStaticString(statusLine(answer.status))
    output.writeBytes(date)
    output.writeBytes(answer.entity.bytes)
    for field in answer.fields {
      output.writeString(field.name)
      output.writeStaticString(": ")
      output.writeString(field.value)
      output.writeStaticString("\r\n")
    }
    if let range = answer.contentRange { output.write(range) }
    if case .none = answer.content {
      // RFC 9112 section 6.3: 204 and 304 end with their head.
    } else if let length = answer.length {
      output.writeStaticString("Content-Length: ")
      output.writeDecimal(length)
      output.writeStaticString("\r\n")
    } else if framing.minorVersion > 0 {
      output.writeStaticString("Transfer-Encoding: chunked\r\n")
    }
    if !framing.keepsAlive {
      output.writeStaticString("Connection: close\r\n\r\n")
    } else if framing.minorVersion == 0 {
      // Here persistence is the exception, and has to be said (RFC 9112 appendix C.2.2).
      output.writeStaticString("Connection: keep-alive\r\n\r\n")
    } else {
      output.writeStaticString("\r\n")
    }
  }

  private static func statusLine(_ status: UInt16) -> StaticString {
    switch status {
    case 200: "HTTP/1.1 200 OK\r\n"
    case 204: "HTTP/1.1 204 No Content\r\n"
    case 206: "HTTP/1.1 206 Partial Content\r\n"
    case 301: "HTTP/1.1 301 Moved Permanently\r\n"
    case 304: "HTTP/1.1 304 Not Modified\r\n"
    case 400: "HTTP/1.1 400 Bad Request\r\n"
    case 403: "HTTP/1.1 403 Forbidden\r\n"
    case 404: "HTTP/1.1 404 Not Found\r\n"
    case 405: "HTTP/1.1 405 Method Not Allowed\r\n"
    case 408: "HTTP/1.1 408 Request Timeout\r\n"
    case 410: "HTTP/1.1 410 Gone\r\n"
    case 412: "HTTP/1.1 412 Precondition Failed\r\n"
    case 413: "HTTP/1.1 413 Content Too Large\r\n"
    case 414: "HTTP/1.1 414 URI Too Long\r\n"
    case 416: "HTTP/1.1 416 Range Not Satisfiable\r\n"
    case 431: "HTTP/1.1 431 Request Header Fields Too Large\r\n"
    case 501: "HTTP/1.1 501 Not Implemented\r\n"
    case 503: "HTTP/1.1 503 Service Unavailable\r\n"
    case 505: "HTTP/1.1 505 HTTP Version Not Supported\r\n"
    default: "HTTP/1.1 500 Internal Server Error\r\n"
    }
  }
}

extension ByteBuffer {
  fileprivate mutating func write(_ range: ContentRange) {
    writeStaticString("Content-Range: bytes ")
    if let bytes = range.bytes {
      writeDecimal(bytes.lowerBound)
      writeStaticString("-")
      writeDecimal(bytes.upperBound - 1)
    } else {
      writeStaticString("*")
    }
    writeStaticString("/")
    writeDecimal(range.size)
    writeStaticString("\r\n")
  }

  /// Appends the line before a chunk (RFC 9112 section 7.1).
  mutating func writeChunkSize(_ count: UInt64) {
    // 16 digits are enough for 64 bits, and CRLF.
    withUnsafeTemporaryAllocation(byteCount: 18, alignment: 1) { line in
      line[16] = 0x0D
      line[17] = 0x0A
      var rest = count
      var position = 16
      repeat {
        position -= 1
        let digit = UInt8(truncatingIfNeeded: rest & 15)
        line[position] = digit + (digit < 10 ? 0x30 : 0x57)
        rest >>= 4
      } while rest > 0
      writeBytes(UnsafeRawBufferPointer(rebasing: line[position...]))
    }
  }

  /// Appends a number in decimal.
  mutating func writeDecimal(_ number: UInt64) {
    number.withDecimal { writeBytes($0) }
  }
}
