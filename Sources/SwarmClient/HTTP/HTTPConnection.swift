// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1

/// One connection to an origin: requests in a row, and their responses in the same order
/// (RFC 9112 section 9.3.2). Confined to its event loop.
final class HTTPConnection: ChannelInboundHandler {
  typealias InboundIn = HTTPClientResponsePart
  typealias OutboundOut = HTTPClientRequestPart

  private weak var origin: HTTPOrigin?
  private let limits: HTTPLimits
  private var channel: (any Channel)?
  /// Requests that were sent, the one being answered first.
  private var queue = CircularBuffer<HTTPExchange>()
  /// Responses that came whole. Only a connection that has served may be thought to have closed for
  /// want of requests.
  private(set) var served = 0
  /// Whether the response under way is the connection's last.
  private var isLast = false
  private var isReading = true
  /// Whether this side ended it, for a response that nobody wants.
  private(set) var isDropped = false
  /// What went wrong first.
  private var failure: HTTPFailure?
  private var lastProgress = NIODeadline.now()
  private var watch: Scheduled<Void>?

  init(origin: HTTPOrigin, limits: HTTPLimits) {
    self.origin = origin
    self.limits = limits
  }

  /// Requests under way.
  var depth: Int { queue.count }
  /// Whether it takes another request.
  var isOpen: Bool { channel?.isActive == true && !isLast }

  /// Sends a request.
  func send(_ exchange: HTTPExchange, agent: String) {
    guard let channel else { return }
    if queue.isEmpty { lastProgress = .now() }
    queue.append(exchange)
    exchange.connection = self
    let head = Self.head(of: exchange.request, agent: agent)
    channel.write(HTTPClientRequestPart.head(head), promise: nil)
    channel.writeAndFlush(HTTPClientRequestPart.end(nil), promise: nil)
  }

  private static func head(of request: HTTPRequest, agent: String) -> HTTPRequestHead {
    var headers = HTTPHeaders([("Host", request.url.host), ("User-Agent", agent)])
    headers.add(name: "Accept", value: "*/*")
    // Files are compared byte by byte with what an index says: nobody may compress them once more.
    headers.add(name: "Accept-Encoding", value: "identity")
    if let range = request.rangeField { headers.add(name: "Range", value: range) }
    if let tag = request.ifRange { headers.add(name: "If-Range", value: tag) }
    if let tag = request.ifNoneMatch { headers.add(name: "If-None-Match", value: tag) }
    if let date = request.ifModifiedSince { headers.add(name: "If-Modified-Since", value: date) }
    return HTTPRequestHead(
      version: .http1_1, method: .GET, uri: request.url.target, headers: headers)
  }

  /// Nobody wants `exchange` any more.
  func leave(_ exchange: HTTPExchange) {
    setReading(true)
    if queue.first === exchange { dropFirst() }
  }

  /// Reads the rest of the first response where it is short, and closes otherwise.
  private func dropFirst() {
    guard let first = queue.first, first.isOver, first.hasBegun else { return }
    if let rest = first.unwanted, rest <= limits.drain { return }
    isDropped = true
    close()
  }

  func setReading(_ isReading: Bool) {
    guard isReading != self.isReading, let channel else { return }
    self.isReading = isReading
    lastProgress = .now()
    channel.setOption(.autoRead, value: isReading).whenComplete { _ in }
    if isReading { channel.read() }
  }

  func close() { channel?.close(promise: nil) }
}

extension HTTPConnection {
  func handlerAdded(context: ChannelHandlerContext) { channel = context.channel }

  func channelActive(context: ChannelHandlerContext) {
    lastProgress = .now()
    scheduleWatch(context, after: limits.stallTimeout)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastProgress = .now()
    guard let first = queue.first else { return close() }
    switch unwrapInboundIn(data) {
    case .head(let head):
      isLast = !head.isKeepAlive
      first.receive(head)
      dropFirst()
    case .body(let bytes):
      first.receive(bytes)
      dropFirst()
    case .end:
      queue.removeFirst()
      served += 1
      setReading(true)
      // Before what follows: a handler may ask for more at once.
      if isLast { close() }
      first.finish()
      origin?.freed(self)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    failure = failure ?? HTTPFailure(error)
    context.close(promise: nil)
  }

  func channelInactive(context: ChannelHandlerContext) {
    watch?.cancel()
    let rest = Array(queue)
    queue.removeAll()
    channel = nil
    origin?.closed(self, unanswered: rest, failure ?? .closed)
    context.fireChannelInactive()
  }

  /// One timer a connection, which looks when the last bytes came: cheaper than one a read.
  private func scheduleWatch(_ context: ChannelHandlerContext, after delay: TimeAmount) {
    watch = context.eventLoop.assumeIsolated().scheduleTask(in: delay) { [weak self] in
      self?.look(context)
    }
  }

  private func look(_ context: ChannelHandlerContext) {
    guard channel != nil else { return }
    let limit = queue.isEmpty ? limits.idleTimeout : limits.stallTimeout
    let silence = NIODeadline.now() - lastProgress
    if !isReading || silence < limit {
      return scheduleWatch(context, after: isReading ? limit - silence : limit)
    }
    if !queue.isEmpty { failure = .stalled }
    close()
  }
}
