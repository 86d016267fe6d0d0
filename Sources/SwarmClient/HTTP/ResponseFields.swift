// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages

/// What a response's head says, as it came: the fields that this client looks at.
struct ResponseFields: Hashable, Sendable {
  var status: Int
  var contentLength: String?
  /// Whether the content has a framing of its own; then its length means nothing (RFC 9112 section 6.3).
  var isCoded = false
  var contentRange: String?
  var entityTag: String?
  var lastModified: String?
  var retryAfter: String?
  var date: String?

  init(status: Int) { self.status = status }

  /// How many bytes follow; nil where the head does not say.
  ///
  /// - Throws: `HTTPFailure` for what is no number.
  var length: UInt64? {
    get throws(HTTPFailure) {
      guard !isCoded, let contentLength else { return nil }
      guard let length = UInt64(contentLength) else {
        throw .malformed("Content-Length '\(contentLength)'")
      }
      return length
    }
  }

  /// Seconds until the next try (RFC 9110 section 10.2.3: seconds, or a date), at most `limit`; nil
  /// where the server does not say.
  func wait(atMost limit: Int64) -> Int64? {
    guard let retryAfter else { return nil }
    if let seconds = Int64(retryAfter), seconds >= 0 { return min(seconds, limit) }
    let now = date.flatMap { HTTPDate($0, now: .now) } ?? .now
    guard let date = HTTPDate(retryAfter, now: now) else { return nil }
    return min(max(0, date.seconds - now.seconds), limit)
  }
}
