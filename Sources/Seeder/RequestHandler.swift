// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix

/// Answers the requests of one connection, one at a time.
final class RequestHandler: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  let site: ArchiveSite
  let pool: NIOThreadPool
  let limits: SeederLimits
  var progress = ConnectionProgress()

  /// The request whose end has not come yet.
  private var request: HTTPRequestHead?
  private var discarded = 0
  /// Nothing more is read: the connection closes when what is outstanding has gone.
  private var isLast = false
  /// Requests read to which not every byte of the response has gone.
  private var outstanding = 0
  /// Those of the responses that are being sent, in order; their files stay open here.
  private var sending = CircularBuffer<Response>()
  private var deadline: RepeatedTask?

  init(site: ArchiveSite, pool: NIOThreadPool, limits: SeederLimits) {
    self.site = site
    self.pool = pool
    self.limits = limits
  }

  func channelActive(context: ChannelHandlerContext) {
    deadline = watchProgress(context: context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    isLast = true
    deadline?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if isLast { return }
    switch unwrapInboundIn(data) {
    case .head(let head):
      request = head
      discarded = 0
      progress.note()
    case .body(let bytes):
      discarded += bytes.readableBytes
      guard discarded > limits.discardedBytes, let request else { return }
      // Reading on could take forever; the rest of the content would pass for a request.
      self.request = nil
      isLast = true
      answer(request, context: context)
    case .end:
      guard let request else { return }
      self.request = nil
      // After a request for another protocol the decoder reads no further.
      let leavesHTTP = request.method == .CONNECT || request.headers.contains(name: "upgrade")
      isLast = leavesHTTP || !request.isKeepAlive
      answer(request, context: context)
    }
  }

  /// Answers by way of the loop's queue even when no file is needed: a hundred refused requests in
  /// one segment would otherwise stand on the stack at once, each inside the write of the last.
  private func lookUp(
    _ head: HTTPRequestHead, on loop: any EventLoop
  ) -> EventLoopFuture<Response> {
    do throws(FileRequest.Refused) {
      let request = try FileRequest(head)
      return pool.runIfActive(eventLoop: loop) { [site] in request.response(from: site) }
    } catch {
      return loop.submit { Response(error.answer) }
    }
  }

  private func answer(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
    outstanding += 1
    lookUp(head, on: context.eventLoop).assumeIsolated().whenComplete { result in
      let response = (try? result.get()) ?? Response(.serverError)
      self.send(response, to: head, context: context)
    }
  }

  /// Writes what is counted as outstanding; `head` is nil when it could not be read.
  private func send(_ response: Response, to head: HTTPRequestHead?, context: ChannelHandlerContext)
  {
    guard context.channel.isActive else { return }
    progress.note()
    let part = response.head(version: head?.version ?? .http1_1, isLast: isLast)
    context.write(wrapOutboundOut(.head(part)), promise: nil)
    if head?.method != .HEAD, let content = response.content(context.channel.allocator) {
      context.write(wrapOutboundOut(.body(content)), promise: nil)
    }
    let sent = context.eventLoop.makePromise(of: Void.self)
    sending.append(response)
    sent.futureResult.assumeIsolated().whenComplete { _ in
      _ = self.sending.popFirst()
      self.outstanding -= 1
      self.closeWhenDone(context: context)
    }
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
  }

  /// Whether the response now being sent can never be finished.
  var isBroken: Bool { sending.first?.isBroken ?? false }

  private func closeWhenDone(context: ChannelHandlerContext) {
    if isLast, outstanding == 0 { context.close(promise: nil) }
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    switch event {
    case ChannelEvent.inputClosed, is ConnectionTable.Drain:
      isLast = true
      closeWhenDone(context: context)
    default:
      context.fireUserInboundEventTriggered(event)
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    switch error {
    case is HTTPParserError where !isLast:
      // Where a next request would begin is unknown now.
      isLast = true
      request = nil
      outstanding += 1
      send(Response(.badRequest), to: nil, context: context)
    case is HTTPParserError, is ByteToMessageDecoderError:
      // What follows the last request is nobody's business.
      closeWhenDone(context: context)
    default:
      isLast = true
      context.close(promise: nil)
    }
  }
}
