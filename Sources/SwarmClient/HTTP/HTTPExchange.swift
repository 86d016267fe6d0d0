// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1

/// One request and what comes of it; confined to its client's event loop.
final class HTTPExchange {
  typealias Handler = (HTTPEvent<ByteBuffer>) -> Void

  let request: HTTPRequest
  /// Nil once nobody listens any more.
  private var handler: Handler? {
    didSet { if handler == nil { redirect = nil } }
  }
  private let limits: HTTPLimits
  /// Whether a part of the response has come: then it cannot be asked for again unseen.
  private(set) var hasBegun = false
  private var toSkip: UInt64 = 0
  /// Wanted bytes that are still to come; nil where only the end tells.
  private var toCome: UInt64?
  private var taken: UInt64 = 0
  /// The connection it is under way on.
  weak var connection: HTTPConnection?
  /// Asks again where a redirect leads; nil when this was done.
  var redirect: ((_ location: String) -> HTTPFailure?)?

  init(_ request: HTTPRequest, limits: HTTPLimits, handler: @escaping Handler) {
    self.request = request
    self.limits = limits
    self.handler = handler
  }

  /// Whether everything wanted has come, or nobody wants it any more.
  var isOver: Bool { handler == nil }

  /// How many bytes of the response are still of no use, as far as is known: nil for unknown.
  var unwanted: UInt64? {
    if hasBegun { return toCome.map { $0 + toSkip } }
    guard case .bytes(let range) = request.part else { return nil }
    return UInt64(range.count)
  }

  /// Ends it: its handler is not called again. What is under way is read and dropped where that is
  /// little, and costs the connection otherwise.
  func cancel() {
    guard handler != nil else { return }
    handler = nil
    connection?.leave(self)
  }

  func receive(_ head: HTTPResponseHead) {
    hasBegun = true
    toCome = head.headers.first(name: "content-length").flatMap { UInt64($0) }
    guard handler != nil else { return }
    if [301, 302, 303, 307, 308].contains(head.status.code),
      let location = head.headers.first(name: "location"), let redirect
    {
      if let failure = redirect(location) { return end(failure) }
      handler = nil
      return
    }
    do throws(HTTPFailure) {
      let answer = try HTTPAnswer(
        ResponseFields(head), to: request, skip: limits.skip, longestWait: limits.retryAfter)
      toSkip = answer.skipped
      toCome = answer.length
      handler?(.head(answer))
      if toCome == 0 { end(nil) }
    } catch {
      end(error)
    }
  }

  func receive(_ bytes: ByteBuffer) {
    guard handler != nil else {
      toCome = toCome.map { $0 - min($0, UInt64(bytes.readableBytes)) }
      return
    }
    var bytes = bytes
    let skipped = min(toSkip, UInt64(bytes.readableBytes))
    bytes.moveReaderIndex(forwardBy: Int(skipped))
    toSkip -= skipped
    if let toCome, UInt64(bytes.readableBytes) > toCome {
      bytes = bytes.readSlice(length: Int(toCome)) ?? bytes
    }
    guard bytes.readableBytes > 0 else { return }
    taken += UInt64(bytes.readableBytes)
    guard taken <= request.limit else { return end(.tooLarge(request.limit)) }
    toCome = toCome.map { $0 - UInt64(bytes.readableBytes) }
    handler?(.body(bytes))
    if toCome == 0 { end(nil) }
  }

  /// The response has ended.
  func finish() { end(toCome.map { $0 > 0 } ?? false ? .closed : nil) }

  /// Tells the handler, for the last time.
  func end(_ failure: HTTPFailure?) {
    let handler = handler
    self.handler = nil
    handler?(.end(failure))
  }
}
