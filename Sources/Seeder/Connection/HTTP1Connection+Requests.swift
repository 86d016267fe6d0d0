// SPDX-License-Identifier: Apache-2.0

internal import HTTPMessages
internal import NIOCore

/// From bytes to requests, and to the answers that need no waiting.
extension HTTP1Connection {
  /// Reads a head; whether there is more to do.
  func readHead() -> Bool {
    let outcome = input.withUnsafeReadableBytes { parser.parse($0) }
    switch outcome {
    case .needsMore:
      if inputClosed { finish() }
      return false
    case .refused(let refusal):
      worker.counters.malformed += 1
      framing = ResponseHead.Framing(minorVersion: 1, keepsAlive: false)
      refuse(Answer(refusal))
      return false
    case .head(let head):
      parser.reset()
      since = worker.clock.uptime
      framing = ResponseHead.Framing(
        minorVersion: head.minorVersion, keepsAlive: head.keepsAlive && !worker.isDraining)
      if head.body == .none, admin == nil, answerFromCache(head) { return afterAnswer() }
      return begin(head)
    }
  }

  /// Answers with a file that is open, and takes the head from the input; false, and nothing is
  /// taken, where that is not all there is to it.
  private func answerFromCache(_ head: RequestHead) -> Bool {
    guard head.method == .get || head.method == .head,
      let (file, response, line) = input.withUnsafeReadableBytes({ cached(head, $0) })
    else { return false }
    let start = input.readerIndex
    // Before anything is sent: with the last answer of a connection all input goes.
    input.moveReaderIndex(forwardBy: head.length)
    if respond(response, isHead: head.method == .head, line) { return true }
    // The file was written to under our eyes: what it is now is found out anew.
    input.moveReaderIndex(to: start)
    worker.files.remove(file)
    return false
  }

  private func cached(
    _ head: RequestHead, _ bytes: UnsafeRawBufferPointer
  ) -> (CachedFile, Response, RequestLine)? {
    let target = UnsafeRawBufferPointer(rebasing: bytes[head.target.range])
    guard let file = worker.cached(target) else { return nil }
    let conditions = head.hasConditions ? RequestConditions(head, in: bytes) : RequestConditions()
    let response = worker.response(file, conditions, isGet: head.method == .get)
    return (file, response, isLogged ? RequestLine(head, bytes) : RequestLine())
  }

  private var isLogged: Bool { worker.shared.log != nil && admin == nil }

  /// Takes over what is needed of a request before its bytes go.
  private func begin(_ head: RequestHead) -> Bool {
    let (request, line) = input.withUnsafeReadableBytes { bytes in
      (
        Request(
          method: head.method, target: Array(bytes[head.target.range]),
          host: head[.host].map { String(decoding: bytes[$0.range], as: UTF8.self) } ?? "",
          conditions: head.hasConditions
            ? RequestConditions(head, in: bytes) : RequestConditions()),
        isLogged ? RequestLine(head, bytes) : RequestLine()
      )
    }
    input.moveReaderIndex(forwardBy: head.length)
    let body = BodyDecoder(
      head.body, keeps: head.method == .post, limits: worker.limits.request)
    if head.expectsContinue, head.body != .none, head.minorVersion > 0, input.readableBytes == 0 {
      worker.scratch.writeStaticString("HTTP/1.1 100 Continue\r\n\r\n")
    }
    phase = .receiving(Receiving(request: request, body: body, line: line))
    return true
  }

  /// Reads the content of a request, and answers it at its end.
  func readContent() -> Bool {
    guard case .receiving(var receiving) = phase else { return false }
    phase = .answering
    var consumed = 0
    let outcome = input.withUnsafeReadableBytes {
      receiving.body.decode($0, consumed: &consumed)
    }
    input.moveReaderIndex(forwardBy: consumed)
    switch outcome {
    case .needsMore:
      phase = .receiving(receiving)
      return false
    case .tooLarge, .malformed:
      framing.keepsAlive = false
      refuse(outcome == .tooLarge ? .contentTooLarge : .badRequest)
      return false
    case .complete:
      receiving.request.content = receiving.body.content
      answer(receiving)
      return isReadyForNext
    }
  }

  private var isReadyForNext: Bool { if case .ready = phase { true } else { false } }

  private func answer(_ receiving: Receiving) {
    let isHead = receiving.request.method == .head
    var isImmediate = true
    find(receiving.request) { [self] response in
      guard let context, case .answering = phase else { return }
      worker.clock.refresh()
      if !respond(response, isHead: isHead, receiving.line) {
        // What was opened a moment ago has changed already.
        worker.counters.changedFiles += 1
        context.close(promise: nil)
        return
      }
      _ = afterAnswer()
      // Where a disk was waited for, nobody else writes what was put together.
      if !isImmediate { process(context) }
    }
    isImmediate = false
  }

  private func find(_ request: Request, _ done: @escaping (Response) -> Void) {
    if let admin {
      admin.respond(to: request, on: worker.loop, done)
    } else {
      worker.respond(to: request, done)
    }
  }

  /// Goes on after an answer that is complete; whether the next request may be read.
  func afterAnswer() -> Bool {
    switch phase {
    case .sending, .paused: return false
    default: break
    }
    guard framing.keepsAlive else {
      finish()
      return false
    }
    phase = .ready
    return true
  }

  /// Says why the connection ends.
  func refuse(_ answer: Answer) {
    worker.counters.count(answer.status)
    ResponseHead.write(
      answer, framing: framing, date: worker.clock.dateLine, to: &worker.scratch)
    if case .text(let text) = answer.content { worker.scratch.writeBytes(text) }
    finish()
  }
}
