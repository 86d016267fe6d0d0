// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1

/// An answer with the file it sends bytes of, ready for the connection.
struct Response: Sendable {
  private let answer: Answer
  private let file: OpenFile?
  private let date: HTTPDate

  init(_ answer: Answer, of file: OpenFile? = nil, at date: HTTPDate = .now) {
    self.answer = answer
    self.file = file
    self.date = date
  }

  /// Whether the file no longer has the bytes that Content-Length has promised.
  var isBroken: Bool { file?.isTruncated ?? false }

  /// The status line and header section for a client that speaks `version`; `isLast` announces
  /// that the connection closes afterwards.
  func head(version: HTTPVersion, isLast: Bool) -> HTTPResponseHead {
    var headers = HTTPHeaders()
    headers.reserveCapacity(answer.fields.count + 3)
    headers.add(name: "Date", value: date.description)
    for field in answer.fields { headers.add(name: field.name, value: field.value) }
    if answer.content != .none { headers.add(name: "Content-Length", value: "\(answer.length)") }
    if isLast {
      headers.add(name: "Connection", value: "close")
    } else if version.minor == 0 {
      // Here persistence is the exception, and has to be said (RFC 9112 appendix C.2.2).
      headers.add(name: "Connection", value: "keep-alive")
    }
    let status = HTTPResponseStatus(statusCode: answer.status)
    return HTTPResponseHead(version: .http1_1, status: status, headers: headers)
  }

  /// What follows the header section of the answer to a GET; nil when that is nothing.
  func content(_ allocator: ByteBufferAllocator) -> IOData? {
    switch answer.content {
    case .none: nil
    case .text(let text): .byteBuffer(allocator.buffer(string: text))
    case .bytes(let range) where range.isEmpty: nil
    // A region and not its bytes: the kernel sends it, and only as fast as the client takes it.
    case .bytes(let range): file.map { .fileRegion($0.region(range)) }
    }
  }
}
