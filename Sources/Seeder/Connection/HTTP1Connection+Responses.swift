// SPDX-License-Identifier: Apache-2.0

internal import ArchiveModel
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
      worker.counters.count(answer.status)
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
      worker.counters.count(answer.status)
      worker.counters.bytes += length
      log(line, bytes: length)
      paced(by: pay(length))
      return true
    }
    worker.counters.count(answer.status)
    send(response, line)
    return true
  }

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
        pump: BodyPump(response, after: sent, worker: worker, copies: copies),
        isChunked: isChunked, line: line, sent: sent))
    progress.begin(worker.clock.uptime)
    sendNext(context)
  }

  /// Up to this length the head waits for the first bytes of the body (MSG_MORE). With more it costs
  /// the kernel twice as much as a segment of its own.
  private static let shortBytes: UInt64 = 256 << 10

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
    flush(context, more: length <= Self.shortBytes)
    guard queued == 0, let sent = file.send(bytes, to: socket) else { return 0 }
    progress.add(Int(sent))
    worker.counters.bytes += sent
    return sent
  }

  /// Gives out the next part of the response under way.
  private func sendNext(_ context: ChannelHandlerContext) {
    guard case .sending(var sending) = phase else { return }
    switch sending.pump.next(limit: worker.limits.partBytes) {
    case .write(let data):
      sending.sent += UInt64(data.readableBytes)
      phase = .sending(sending)
      write(data, sending, context)
    case .wait(let future):
      sending.isWaiting = true
      phase = .sending(sending)
      future.assumeIsolated().whenComplete { _ in self.goOn(after: .zero) }
    case .broken:
      worker.counters.changedFiles += 1
      log(sending.line, bytes: sending.sent)
      context.close(promise: nil)
    case .end:
      if sending.isChunked { worker.scratch.writeStaticString("0\r\n\r\n") }
      log(sending.line, bytes: sending.sent)
      phase = .answering
      if afterAnswer() { process(context) }
    }
  }

  private func write(_ data: IOData, _ sending: Sending, _ context: ChannelHandlerContext) {
    let count = UInt64(data.readableBytes)
    if sending.isChunked {
      worker.scratch.writeString(String(count, radix: 16))
      worker.scratch.writeStaticString("\r\n")
      flush(context, more: true)
    }
    progress.add(Int(count))
    worker.counters.bytes += count
    let delay = pay(count)
    let written = enqueue(data, context)
    if sending.isChunked {
      worker.scratch.writeStaticString("\r\n")
      flush(context)
    }
    written.assumeIsolated().whenSuccess { self.goOn(after: delay) }
  }

  private func goOn(after delay: TimeAmount) {
    guard let context, case .sending(var sending) = phase else { return }
    worker.clock.refresh()
    guard delay > .milliseconds(1) else {
      sending.isWaiting = false
      phase = .sending(sending)
      sendNext(context)
      return
    }
    sending.isWaiting = true
    phase = .sending(sending)
    resume(after: delay, context)
  }

  private func resume(after delay: TimeAmount, _ context: ChannelHandlerContext) {
    context.eventLoop.assumeIsolated().scheduleTask(in: delay) { self.goOn(after: .zero) }
  }

  private func log(_ line: RequestLine, bytes: UInt64) {
    guard line.isLogged else { return }
    worker.log(line.entry(address, bytes: bytes))
  }
}
