// SPDX-License-Identifier: Apache-2.0

import TorrentMetadata

@testable import SwarmClient

/// A response's head, a field a line: status, Content-Length, Content-Range, Retry-After, Date and
/// whether it is chunked; to requests for a whole file, for a part and for the rest.
func fuzzResponseHead(_ bytes: [UInt8]) {
  let lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false)
    .map { String(decoding: $0, as: UTF8.self) }
  func line(_ index: Int) -> String? {
    lines.indices.contains(index) && !lines[index].isEmpty ? lines[index] : nil
  }
  var head = ResponseFields(status: line(0).flatMap { Int($0) } ?? 200)
  head.contentLength = line(1)
  head.contentRange = line(2)
  head.retryAfter = line(3)
  head.date = line(4)
  head.isCoded = line(5) != nil
  guard let url = AbsoluteURL("http://mirror.example/a").flatMap({ HTTPURL($0) }) else { return }
  for part in [.whole, .bytes(100..<600), .from(100)] as [HTTPRequest.Part] {
    let request = HTTPRequest(url, part, ifNoneMatch: line(6), limit: 1 << 20)
    do throws(HTTPFailure) {
      try check(HTTPAnswer(head, to: request, skip: 1 << 10, longestWait: 3600), of: request)
    } catch {
      guard case .status(_, let wait?) = error else { continue }
      demand((0...3600).contains(wait), "a wait of \(wait) s")
    }
  }
}

private func check(_ answer: HTTPAnswer, of request: HTTPRequest) {
  if answer.status == 304 { return demand(answer.length == 0, "304 with content") }
  demand(answer.offset == request.start, "bytes from elsewhere")
  demand(answer.length ?? 0 <= request.limit, "more than the limit")
  if case .bytes(let range) = request.part {
    demand(answer.length == UInt64(range.count), "another part")
  }
  if let total = answer.total, let length = answer.length {
    demand(answer.offset + length <= total, "a part beyond the end")
  }
}
