// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages
internal import NIOCore
internal import NIOHPACK
internal import NIOHTTP2

/// One request and its response on a stream of HTTP/2.
final class HTTP2Exchange: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame.FramePayload
  typealias OutboundOut = HTTP2Frame.FramePayload

  private let worker: Worker
  private let connection: HTTP2Connection
  private let address: SocketAddress?
  private var context: ChannelHandlerContext?
  private var request: Request?
  private var line = RequestLine()
  private var body = BodyDecoder(.none, keeps: false)
  private var pump: BodyPump?
  private var sent: UInt64 = 0
  /// What is being sent, whether the target named bytes and not a file, and since when.
  private var source: CachedFile?
  private var isPiece = false
  private var began = NIODeadline.uptimeNanoseconds(0)
  /// Bytes that the stream has yet to send.
  private var queued = 0
  private var progress = SendProgress()
  private var isBusy = false
  private var deadline: Scheduled<Void>?

  init(worker: Worker, connection: HTTP2Connection, address: SocketAddress?) {
    self.worker = worker
    self.connection = connection
    self.address = address
  }

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    connection.add(self)
    // A request that does not end is ended.
    deadline = context.eventLoop.assumeIsolated().scheduleTask(
      in: TimeAmount(worker.limits.header)
    ) { self.context?.close(promise: nil) }
  }

  func handlerRemoved(context: ChannelHandlerContext) { end() }

  func channelInactive(context: ChannelHandlerContext) {
    end()
    context.fireChannelInactive()
  }

  private func end() {
    context = nil
    pump = nil
    source = nil
    connection.remove(self)
    deadline?.cancel()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    worker.clock.refresh()
    switch unwrapInboundIn(data) {
    case .headers(let headers):
      // A second block is trailers, which say nothing here.
      if request == nil { begin(headers.headers) }
      if headers.endStream { answer(context) }
    case .data(let data):
      guard case .byteBuffer(let bytes) = data.data, take(bytes, context) else { return }
      if data.endStream { answer(context) }
    default: break
    }
  }

  private func begin(_ headers: HPACKHeaders) {
    let method: RequestHead.Method =
      switch headers.first(name: ":method") {
      case "GET": .get
      case "HEAD": .head
      case "POST": .post
      case "OPTIONS": .options
      default: .other
      }
    let target = headers.first(name: ":path") ?? ""
    var request = Request(method: method, target: Array(target.utf8))
    request.host = headers.first(name: ":authority") ?? headers.first(name: "host") ?? ""
    request.conditions = RequestConditions(headers)
    self.request = request
    body = BodyDecoder(
      .length(UInt64(worker.limits.request.bodyBytes)), keeps: method == .post,
      limits: worker.limits.request)
    guard worker.shared.log != nil else { return }
    line = RequestLine(
      text: "\(headers.first(name: ":method") ?? "") \(target) HTTP/2.0",
      referer: headers.first(name: "referer") ?? "",
      agent: headers.first(name: "user-agent") ?? "")
  }

  /// Takes content; false when that is more than any request here needs.
  private func take(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) -> Bool {
    var consumed = 0
    _ = bytes.withUnsafeReadableBytes { body.decode($0, consumed: &consumed) }
    if consumed == bytes.readableBytes { return true }
    deadline?.cancel()
    if request != nil { write(Response(.contentTooLarge), isHead: false, context) }
    request = nil
    return false
  }

  private func answer(_ context: ChannelHandlerContext) {
    deadline?.cancel()
    guard var request = request.take() else { return }
    request.content = body.content
    let isHead = request.method == .head
    worker.respond(to: request) { [self] response in
      guard let context = self.context else { return }
      write(response, isHead: isHead, context)
    }
  }

  private func write(_ response: Response, isHead: Bool, _ context: ChannelHandlerContext) {
    let answer = response.answer
    worker.counters.count(answer.status)
    line.status = answer.status
    var isEmpty = isHead || answer.length == 0
    if case .none = answer.content { isEmpty = true }
    let headers = HPACKHeaders(answer, date: worker.clock.date)
    context.write(
      wrapOutboundOut(.headers(.init(headers: headers, endStream: isEmpty))), promise: nil)
    if isEmpty {
      log()
      context.flush()
      return
    }
    pump = BodyPump(response, worker: worker, copies: true)
    source = response.source
    isPiece = response.isPiece
    began = worker.clock.uptime
    source?.demand.requests += 1
    progress.begin(worker.clock.uptime)
    // What the responses before have not paid for.
    let delay = connection.pay(0)
    if delay > .milliseconds(1) {
      isBusy = true
      context.flush()
      return pause(delay, context)
    }
    sendNext(context)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable, !isBusy { sendNext(context) }
    context.fireChannelWritabilityChanged()
  }

  /// Goes on when the connection has room again.
  func wake() { if let context, context.channel.isWritable, !isBusy { sendNext(context) } }

  /// Ends the stream of a client that does not take what it asked for.
  func checkDeadline(_ now: NIODeadline) {
    guard let context, pump != nil || queued > 0,
      progress.isTooSlow(unsent: queued, now: now, limits: worker.limits)
    else { return }
    worker.counters.timeouts += 1
    end()
    context.close(promise: nil)
  }

  /// Sends what the client has room for.
  private func sendNext(_ context: ChannelHandlerContext) {
    guard let pump, !isBusy else { return }
    isBusy = true
    defer { context.flush() }
    while context.channel.isWritable, connection.hasRoom {
      let delay: TimeAmount
      switch pump.next(limit: min(worker.limits.copyBytes, worker.limits.partBytes)) {
      case .frame(let frame):
        var bytes = ByteBuffer()
        frame.write(to: &bytes)
        delay = write(bytes, context)
      case .write(.byteBuffer(let bytes)): delay = write(bytes, context)
      case .wait(let future):
        future.assumeIsolated().whenComplete { _ in self.goOn() }
        return
      case .end:
        self.pump = nil
        source?.demand.time(sent, from: began, to: worker.clock.uptime)
        log()
        let end = HTTP2Frame.FramePayload.Data(data: .byteBuffer(ByteBuffer()), endStream: true)
        context.write(wrapOutboundOut(.data(end)), promise: nil)
        return
      case .write, .broken:
        worker.counters.changedFiles += 1
        self.pump = nil
        context.write(wrapOutboundOut(.rstStream(.internalError)), promise: nil)
        return
      }
      if delay > .milliseconds(1) { return pause(delay, context) }
    }
    isBusy = false
  }

  private func write(_ bytes: ByteBuffer, _ context: ChannelHandlerContext) -> TimeAmount {
    let count = UInt64(bytes.readableBytes)
    sent += count
    worker.count(count, of: source, isPiece: isPiece)
    progress.add(Int(count))
    queued += Int(count)
    connection.queued += Int(count)
    let written = context.eventLoop.makePromise(of: Void.self)
    written.futureResult.assumeIsolated().whenComplete { _ in
      self.queued -= Int(count)
      self.connection.taken(Int(count))
    }
    context.write(
      wrapOutboundOut(.data(HTTP2Frame.FramePayload.Data(data: .byteBuffer(bytes)))),
      promise: written)
    return connection.pay(count)
  }

  private func pause(_ delay: TimeAmount, _ context: ChannelHandlerContext) {
    context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.goOn() }
  }

  private func goOn() {
    guard let context else { return }
    worker.clock.refresh()
    isBusy = false
    sendNext(context)
  }

  private func log() {
    guard line.isLogged else { return }
    worker.log(line.entry(address, bytes: sent))
  }
}

extension HPACKHeaders {
  /// The fields of an answer; names are in lower case (RFC 9113 section 8.2).
  fileprivate init(_ answer: Answer, date: HTTPDate) {
    self.init([(":status", "\(answer.status)"), ("date", "\(date)")])
    for field in answer.allFields {
      add(name: field.name.lowercased(), value: field.value)
    }
    if case .none = answer.content { return }
    if let length = answer.length { add(name: "content-length", value: "\(length)") }
  }
}

extension RequestConditions {
  /// Takes the fields out of a request's headers.
  fileprivate init(_ headers: HPACKHeaders) {
    func single(_ name: String) -> String? {
      let values = headers[name]
      return values.count == 1 ? values[0] : nil
    }
    func list(_ name: String) -> String? {
      let values = headers[name]
      return values.isEmpty ? nil : values.joined(separator: ", ")
    }
    self.init()
    ifMatch = list("if-match")
    ifNoneMatch = list("if-none-match")
    ifModifiedSince = single("if-modified-since")
    ifUnmodifiedSince = single("if-unmodified-since")
    ifRange = headers["if-range"].count > 1 ? "" : single("if-range")
    range = single("range").flatMap { ByteRangeSet($0) }
  }
}
