// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
private import CLinux
internal import HTTPMessages
internal import NIOCore

/// From responses to bytes.
extension HTTP1Connection {
  /// Puts a response together, or begins to send it where it is long; false, and nothing is said,
  /// when the file has changed since it was looked at.
  func respond(_ response: Response, isHead: Bool, _ line: RequestLine) -> Bool {
    let answer = response.answer
    let start = worker.scratch.writerIndex
    ResponseHead.write(
      answer, framing: framing, date: worker.clock.dateLine, to: &worker.scratch)
    var line = line
    line.status = answer.status
    if isHead || hasNoContent(answer) {
      count(answer.status)
      log(line, bytes: 0)
      return true
    }
    if let length = answer.length, length <= worker.limits.inlineBytes,
      let isWritten = writeInline(response, length)
    {
      guard isWritten else {
        worker.scratch.moveWriterIndex(to: start)
        return false
      }
      count(answer.status)
      response.source?.demand.requests += 1
      if admin == nil {
        worker.count(length, of: response.source, isPiece: response.isPiece)
      }
      log(line, bytes: length)
      paced(by: pay(length))
      return true
    }
    count(answer.status)
    response.source?.demand.requests += 1
    send(response, line)
    return true
  }

  /// What operators ask is no demand.
  private func count(_ status: UInt16) { if admin == nil { worker.counters.count(status) } }

  private func hasNoContent(_ answer: Answer) -> Bool {
    if case .none = answer.content { true } else { answer.length == 0 }
  }

  /// Reads a short content next to its head; false when the file has changed, nil where it cannot
  /// be done so.
  private func writeInline(_ response: Response, _ length: UInt64) -> Bool? {
    switch response.answer.content {
    case .text(let text):
      worker.scratch.writeBytes(text)
      return true
    case .bytes(let range):
      guard let file = response.file else { return nil }
      let start = worker.scratch.writerIndex
      let offset = response.offset + range.lowerBound
      let count = worker.scratch.writeWithUnsafeMutableBytes(minimumWritableBytes: Int(length)) {
        file.readCached(
          into: UnsafeMutableRawBufferPointer(rebasing: $0[..<Int(length)]), at: offset)
          ?? 0
      }
      guard count == Int(length) else {
        worker.scratch.moveWriterIndex(to: start)
        // Not in memory, or not there any more: the pump will find out.
        return nil
      }
      return file.isUnchanged
    default: return nil
    }
  }

  /// Holds the next answer back while a rate is exceeded.
  private func paced(by delay: TimeAmount) {
    guard delay > .milliseconds(1), let context else { return }
    phase = .paused
    context.eventLoop.assumeIsolated().scheduleTask(in: delay) {
      guard let context = self.context, case .paused = self.phase else { return }
      self.phase = .answering
      if self.afterAnswer() { self.process(context) }
    }
  }

  private func send(_ response: Response, _ line: RequestLine) {
    guard let context else { return }
    let isChunked = response.answer.length == nil && framing.minorVersion > 0
    if response.answer.length == nil, framing.minorVersion == 0 { framing.keepsAlive = false }
    let sent = sendAtOnce(response, context)
    if sent > 0, sent == response.answer.length {
      log(line, bytes: sent)
      paced(by: pay(sent))
      return
    }
    flush(context)
    phase = .sending(
      Sending(
        BodyPump(response, after: sent, worker: worker, copies: copies), of: response,
        isChunked: isChunked, line, sent: sent, began: worker.clock.uptime))
    progress.begin(worker.clock.uptime)
    sendNext(context)
  }

  /// Gives as much of a body in one piece to the socket as it takes without waiting; how much that
  /// was.
  private func sendAtOnce(_ response: Response, _ context: ChannelHandlerContext) -> UInt64 {
    guard socket >= 0, queued == 0, case .bytes(let range) = response.answer.content,
      let file = response.file, !response.isCertain, worker.limits.partBytes == .max
    else { return 0 }
    var bytes = response.offset + range.lowerBound..<response.offset + range.upperBound
    let length = bytes.upperBound - bytes.lowerBound
    if length > worker.limits.chunkBytes {
      // The pump keeps the end of a long one, and looks at the file before it goes out.
      let end = bytes.lowerBound + worker.limits.chunkBytes - BodyPump.tail
      bytes = bytes.lowerBound..<end
    }
    guard file.isUnchanged, file.isCached(at: bytes.lowerBound),
      file.isCached(at: bytes.upperBound - 1)
    else { return 0 }
    flush(context, more: true)
    guard queued == 0, let sent = file.send(bytes, to: socket) else { return 0 }
    progress.add(Int(sent))
    worker.count(sent, of: response.source, isPiece: response.isPiece)
    return sent
  }

  /// Gives out the response under way, part by part for as long as the client takes it.
  private func sendNext(_ context: ChannelHandlerContext) {
    // After so much the other connections have their turn.
    var turn = 4 * worker.limits.chunkBytes
    while case .sending(let sending) = phase {
      let before = sending.sent
      let written: EventLoopFuture<Void>?
      switch sending.pump.next(limit: worker.limits.partBytes) {
      case .frame(let frame): written = write(frame, sending, context)
      case .write(let data): written = write(data, sending, context)
      case .wait(let future):
        flush(context)
        future.assumeIsolated().whenComplete { _ in self.goOn(after: .zero) }
        return
      case .broken:
        // What was gathered is no other connection's.
        worker.scratch.clear()
        worker.counters.changedFiles += 1
        log(sending.line, bytes: sending.sent)
        context.close(promise: nil)
        return
      case .end:
        if sending.isChunked { worker.scratch.writeStaticString("0\r\n\r\n") }
        sending.source?.demand.time(sending.sent, from: sending.began, to: worker.clock.uptime)
        log(sending.line, bytes: sending.sent)
        phase = .answering
        if afterAnswer() { process(context) }
        return
      }
      let count = sending.sent - before
      if admin == nil { worker.count(count, of: sending.source, isPiece: sending.isPiece) }
      let delay = pay(count)
      if let written {
        written.assumeIsolated().whenSuccess { self.goOn(after: delay) }
        return
      }
      turn -= min(turn, count)
      guard delay > .milliseconds(1) || turn == 0 else { continue }
      flush(context)
      return wait(delay, context)
    }
    // The connection has ended in between.
    worker.scratch.clear()
  }

  private static let endOfChunk = ByteBuffer(staticString: "\r\n")

  /// Writes a part of the response under way; nil where all of it has gone, but for what stands
  /// between it and the next part.
  private func write(
    _ data: IOData, _ sending: Sending, _ context: ChannelHandlerContext
  ) -> EventLoopFuture<Void>? {
    let count = UInt64(data.readableBytes)
    if sending.chunkLeft == 0 { beginChunk(count, of: sending) }
    let endsChunk = sending.take(count)
    if queued == 0, case .byteBuffer(var bytes) = data, count <= worker.limits.inlineBytes {
      worker.scratch.writeBuffer(&bytes)
      if endsChunk { worker.scratch.writeStaticString("\r\n") }
      return gathered(context)
    }
    progress.add(Int(count))
    flush(context, more: true)
    guard let rest = sendDirectly(data, more: sending.isChunked) else {
      if endsChunk { worker.scratch.writeStaticString("\r\n") }
      return nil
    }
    let written = enqueue(rest, context)
    // What is waited for is the last, so that the socket is there for the next part.
    return endsChunk ? enqueue(.byteBuffer(Self.endOfChunk), context) : written
  }

  /// Writes the head of a piece, which makes one chunk with the bytes that follow.
  private func write(
    _ frame: PieceFrame, _ sending: Sending, _ context: ChannelHandlerContext
  ) -> EventLoopFuture<Void>? {
    beginChunk(UInt64(PieceFrame.length) + frame.count, of: sending)
    frame.write(to: &worker.scratch)
    if sending.take(UInt64(PieceFrame.length)) { worker.scratch.writeStaticString("\r\n") }
    return gathered(context)
  }

  private func beginChunk(_ count: UInt64, of sending: Sending) {
    guard sending.isChunked else { return }
    sending.chunkLeft = count
    worker.scratch.writeChunkSize(count)
  }

  /// Goes on gathering what is short until it is worth a write; nil where nothing has to be waited
  /// for.
  private func gathered(_ context: ChannelHandlerContext) -> EventLoopFuture<Void>? {
    guard worker.scratch.readableBytes >= worker.limits.gatherBytes else { return nil }
    flush(context, more: true)
    return queued > 0 ? enqueue(.byteBuffer(ByteBuffer()), context) : nil
  }

  /// What the socket does not take of `data` at once; nil for nothing.
  private func sendDirectly(_ data: IOData, more: Bool) -> IOData? {
    guard socket >= 0, queued == 0 else { return data }
    let socket = socket
    // Where the socket is lost, the channel finds that out.
    switch data {
    case .byteBuffer(var bytes):
      bytes.readWithUnsafeReadableBytes { bytes in
        bytes.baseAddress.map { max(0, archive_send(socket, $0, bytes.count, more ? 1 : 0)) } ?? 0
      }
      return bytes.readableBytes > 0 ? .byteBuffer(bytes) : nil
    case .fileRegion(var region):
      let sent = try? region.fileHandle.withUnsafeFileDescriptor {
        archive_send_file(socket, $0, Int64(region.readerIndex), region.readableBytes)
      }
      region.moveReaderIndex(forwardBy: max(0, sent ?? 0))
      return region.readableBytes > 0 ? .fileRegion(region) : nil
    }
  }

  private func goOn(after delay: TimeAmount) {
    guard let context, case .sending = phase else { return }
    worker.clock.refresh()
    if delay > .milliseconds(1) { wait(delay, context) } else { sendNext(context) }
  }

  private func wait(_ delay: TimeAmount, _ context: ChannelHandlerContext) {
    context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.goOn(after: .zero) }
  }

  private func log(_ line: RequestLine, bytes: UInt64) {
    guard line.isLogged else { return }
    worker.log(line.entry(address, bytes: bytes))
  }
}

extension HTTP1Connection.Sending {
  /// Counts bytes that are sent; whether a chunk ends with them.
  fileprivate func take(_ count: UInt64) -> Bool {
    sent += count
    chunkLeft -= min(chunkLeft, count)
    return isChunked && chunkLeft == 0
  }
}
