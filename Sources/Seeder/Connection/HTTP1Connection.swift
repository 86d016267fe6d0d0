// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import CLinux
internal import HTTPMessages
internal import NIOCore

/// One connection that speaks HTTP/1.x: requests in, responses out, in their order.
///
/// The handler alone is the pipeline. Requests are read out of the bytes as these came; answers to
/// a row of them are put together in the worker's buffer and written at once.
final class HTTP1Connection: ChannelDuplexHandler {
  typealias InboundIn = ByteBuffer
  typealias InboundOut = ByteBuffer
  typealias OutboundIn = IOData
  typealias OutboundOut = IOData

  /// What the connection is doing.
  ///
  /// What is long is kept apart: most connections wait.
  enum Phase {
    /// Waiting for a request, or for the rest of its head.
    case ready
    /// Reading the content of a request.
    indirect case receiving(Receiving)
    /// Finding out what to answer.
    case answering
    /// Sending a response that does not fit into one write.
    case sending(Sending)
    /// Keeping to a rate before the next answer.
    case paused
    /// Nothing more is read or said: the client is given time to take what was sent.
    case lingering
    case closed
  }

  /// A request whose content is coming in.
  struct Receiving {
    var request: Request
    var body: BodyDecoder
    var line: RequestLine
  }

  /// A response under way.
  final class Sending {
    let pump: BodyPump
    let isChunked: Bool
    let line: RequestLine
    /// What is being sent, and whether the target named bytes and not a file.
    let source: CachedFile?
    let isPiece: Bool
    let began: NIODeadline
    var sent: UInt64
    /// How much is to come of a chunk whose length was said.
    var chunkLeft: UInt64 = 0

    init(
      _ pump: BodyPump, of response: Response, isChunked: Bool, _ line: RequestLine, sent: UInt64,
      began: NIODeadline
    ) {
      self.pump = pump
      self.isChunked = isChunked
      source = response.source
      isPiece = response.isPiece
      self.began = began
      self.line = line
      self.sent = sent
    }
  }

  let worker: Worker
  /// Whether bytes go through TLS.
  let copies: Bool
  let verdict: Admission.Verdict
  let address: SocketAddress?
  /// What is served instead of the archive.
  let admin: AdminPages?
  var context: ChannelHandlerContext?
  var phase = Phase.ready
  var parser: RequestHeadParser
  /// What came in and was not looked at.
  var input = ByteBuffer()
  /// Of the request that is being answered.
  var framing = ResponseHead.Framing()
  var isWritable = true
  var inputClosed = false
  /// The descriptor, for what the kernel takes at once; negative under TLS and after the end.
  ///
  /// What does not fit goes by way of the channel, and while any of that waits all does.
  var socket: CInt = -1
  /// Bytes that the channel has yet to send.
  var queued = 0
  private var isProcessing = false
  private var readIsHeld = false
  /// When the phase began, or something last went out.
  var since: NIODeadline
  var progress = SendProgress()
  private var bucket: TokenBucket?

  init(
    worker: Worker, copies: Bool, verdict: Admission.Verdict, address: SocketAddress?,
    admin: AdminPages? = nil
  ) {
    self.worker = worker
    self.copies = copies
    self.verdict = verdict
    self.address = address
    self.admin = admin
    parser = RequestHeadParser(limits: worker.limits.request)
    since = worker.clock.uptime
    bucket = worker.limits.connectionBandwidth.map { TokenBucket(rate: $0.rawValue) }
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    if context.channel.isActive { begin(context) }
  }

  func channelActive(context: ChannelHandlerContext) {
    begin(context)
    context.fireChannelActive()
  }

  private func begin(_ context: ChannelHandlerContext) {
    worker.clock.refresh()
    since = worker.clock.uptime
    worker.add(self)
    if admin == nil { worker.counters.connections += 1 }
    if !copies {
      let number = try? context.channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
        of: NIOBSDSocket.Handle.self
      ) { $0 }
      socket = number.flatMap { $0 } ?? -1
    }
    guard verdict == .turnedAway else { return }
    worker.counters.rejected += 1
    framing.keepsAlive = false
    refuse(.overloaded)
    flush(context)
  }

  func channelInactive(context: ChannelHandlerContext) {
    phase = .closed
    socket = -1
    self.context = nil
    worker.remove(self)
    context.fireChannelInactive()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    socket = -1
    self.context = nil
    worker.remove(self)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    if case .lingering = phase { return }
    var bytes = unwrapInboundIn(data)
    if input.readableBytes == 0 {
      input = bytes
      // The first byte of a request; the time that it has begins here.
      if case .ready = phase { since = .now() }
    } else {
      input.discardReadBytes()
      input.writeBuffer(&bytes)
    }
    process(context)
  }

  /// A client that sends requests without reading responses is stopped by its own socket.
  func read(context: ChannelHandlerContext) {
    if input.readableBytes > worker.limits.request.bodyBytes, !isReady {
      readIsHeld = true
    } else {
      context.read()
    }
  }

  private var isReady: Bool {
    switch phase {
    case .ready, .receiving: isWritable
    default: false
    }
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    isWritable = context.channel.isWritable
    if isWritable { process(context) }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    guard case ChannelEvent.inputClosed = event else {
      context.fireUserInboundEventTriggered(event)
      return
    }
    inputClosed = true
    switch phase {
    case .lingering: context.close(promise: nil)
    case .ready: process(context)
    case .receiving: context.close(promise: nil)
    default: break
    }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  /// Answers what has come in, as far as that goes without waiting, and writes the answers.
  func process(_ context: ChannelHandlerContext) {
    if isProcessing { return }
    isProcessing = true
    worker.clock.refresh()
    var goesOn = true
    while goesOn { goesOn = step(context) }
    flush(context)
    isProcessing = false
    if input.readableBytes == 0 { input = ByteBuffer() }
    // What has come before the end is answered as soon as the client takes answers again.
    if case .ready = phase, inputClosed, input.readableBytes == 0 { linger(context) }
    if readIsHeld, isReady {
      readIsHeld = false
      context.read()
    }
  }

  /// Does one thing; whether there is another to do.
  private func step(_ context: ChannelHandlerContext) -> Bool {
    switch phase {
    case .ready:
      guard isWritable, input.readableBytes > 0 else { return false }
      // Answers that are ready leave before more are made.
      if worker.scratch.readableBytes > worker.limits.gatherBytes {
        flush(context)
        return isWritable
      }
      return readHead()
    case .receiving: return readContent()
    case .answering, .sending, .paused, .lingering, .closed: return false
    }
  }

  /// Writes what was put together; `more` says that the rest follows at once.
  func flush(_ context: ChannelHandlerContext, more: Bool = false) {
    guard worker.scratch.readableBytes > 0 else { return }
    progress.add(worker.scratch.readableBytes)
    if socket >= 0, queued == 0 {
      let socket = socket
      worker.scratch.readWithUnsafeReadableBytes { bytes in
        guard let base = bytes.baseAddress else { return 0 }
        return max(0, archive_send(socket, base, bytes.count, more ? 1 : 0))
      }
      if worker.scratch.readableBytes == 0 {
        worker.scratch.clear()
        return
      }
    }
    // Also where the socket is lost: the channel finds that out, and ends the connection.
    enqueue(.byteBuffer(worker.scratch), context)
    worker.scratch.clear()
  }

  /// Leaves bytes to the channel, and returns what is fulfilled when they have gone.
  @discardableResult
  func enqueue(_ data: IOData, _ context: ChannelHandlerContext) -> EventLoopFuture<Void> {
    let count = data.readableBytes
    queued += count
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in self.queued -= count }
    context.writeAndFlush(wrapOutboundOut(data), promise: written)
    return written.futureResult
  }

  /// Takes `count` bytes of both rates; how long to wait before more is sent.
  func pay(_ count: UInt64) -> TimeAmount {
    let own = bucket?.take(count, now: worker.clock.uptime) ?? .zero
    let all = worker.shared.take(count, now: worker.clock.uptime)
    if all > .milliseconds(1) { worker.counters.throttled += 1 }
    return max(own, all)
  }
}
