// SPDX-License-Identifier: Apache-2.0

internal import NIOHTTP1

extension ResponseFields {
  /// Takes them out of a head that NIO has parsed.
  init(_ head: HTTPResponseHead) {
    self.init(status: Int(head.status.code))
    contentLength = head.headers.first(name: "content-length")
    isCoded = head.headers.contains(name: "transfer-encoding")
    contentRange = head.headers.first(name: "content-range")
    entityTag = head.headers.first(name: "etag")
    lastModified = head.headers.first(name: "last-modified")
    retryAfter = head.headers.first(name: "retry-after")
    date = head.headers.first(name: "date")
  }
}
