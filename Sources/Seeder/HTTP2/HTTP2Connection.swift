// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
internal import HTTPMessages
internal import NIOCore
internal import NIOHTTP2

/// A connection that speaks HTTP/2 (RFC 9113) below TLS.
///
/// swift-nio-http2 keeps streams, windows and what a client may do to them; here are requests,
/// responses and the end.
final class HTTP2Connection: ChannelInboundHandler, Served {
  typealias InboundIn = Never

  private let worker: Worker
  private var context: ChannelHandlerContext?
  private var exchanges: [ObjectIdentifier: HTTP2Exchange] = [:]
  /// Bytes that all streams have yet to send.
  var queued = 0
  private var bucket: TokenBucket?

  private init(worker: Worker) {
    self.worker = worker
    bucket = worker.limits.connectionBandwidth.map { TokenBucket(rate: $0.rawValue) }
  }

  /// Adds what is needed to a connection whose handshake is over.
  static func configure(
    _ channel: any Channel, worker: Worker, address: SocketAddress?
  ) throws {
    let pipeline = channel.pipeline.syncOperations
    let limits = worker.limits
    let this = HTTP2Connection(worker: worker)
    let bound = NIOLoopBound(this, eventLoop: channel.eventLoop)
    var connection = NIOHTTP2Handler.ConnectionConfiguration()
    connection.initialSettings = [
      HTTP2Setting(parameter: .maxConcurrentStreams, value: 100),
      HTTP2Setting(parameter: .maxHeaderListSize, value: limits.request.headBytes),
    ]
    var stream = NIOHTTP2Handler.StreamConfiguration()
    stream.outboundBufferSizeHighWatermark = Int(limits.copyBytes)
    stream.outboundBufferSizeLowWatermark = Int(limits.copyBytes) / 2
    let manager = NIOHTTP2ServerConnectionManagementHandler(
      eventLoop: channel.eventLoop,
      configuration: NIOHTTP2ServerConnectionManagementHandler.Configuration(
        maxIdleTime: TimeAmount(limits.idle), maxAge: nil,
        maxGraceTime: TimeAmount(limits.drain),
        keepalive: NIOHTTP2ServerConnectionManagementHandler.Configuration.Keepalive(
          pingInterval: TimeAmount(limits.stalled), ackTimeout: TimeAmount(limits.header))))
    _ = try pipeline.configureHTTP2Pipeline(
      mode: .server, connectionConfiguration: connection, streamConfiguration: stream,
      streamDelegate: manager.http2StreamDelegate
    ) { channel in
      channel.eventLoop.makeCompletedFuture {
        try channel.pipeline.syncOperations.addHandler(
          HTTP2Exchange(worker: worker, connection: bound.value, address: address))
      }
    }
    try pipeline.addHandler(manager)
    try pipeline.addHandler(this)
  }

  func add(_ exchange: HTTP2Exchange) { exchanges[ObjectIdentifier(exchange)] = exchange }

  func remove(_ exchange: HTTP2Exchange) { exchanges[ObjectIdentifier(exchange)] = nil }

  /// Whether a stream may hand out more: a client that opens many and reads none would else have us
  /// keep a part of each.
  var hasRoom: Bool { queued < worker.limits.streamBytes }

  /// Bytes have gone to the client, or nowhere.
  func taken(_ count: Int) {
    let wasFull = !hasRoom
    queued -= count
    if wasFull, hasRoom { for exchange in exchanges.values { exchange.wake() } }
  }

  /// Takes `count` bytes of both rates; how long to wait before the stream sends more.
  func pay(_ count: UInt64) -> TimeAmount {
    let own = bucket?.take(count, now: worker.clock.uptime) ?? .zero
    let all = worker.shared.take(count, now: worker.clock.uptime)
    if all > .milliseconds(1) { worker.counters.throttled += 1 }
    return max(own, all)
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    worker.add(self)
    worker.counters.connections += 1
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    worker.remove(self)
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.context = nil
    worker.remove(self)
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    // What concerns one stream alone ends that stream.
    if error is NIOHTTP2Errors.StreamError { return }
    context.close(promise: nil)
  }

  /// swift-nio-http2 pings an idle client, and ends the connection of one that does not answer.
  func checkDeadlines() {
    for exchange in exchanges.values { exchange.checkDeadline(worker.clock.uptime) }
  }

  /// The manager says GOAWAY and closes after the last stream.
  func drain() {
    context?.channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
  }

  func closeNow() { context?.close(promise: nil) }
}
